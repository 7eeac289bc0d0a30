-- Several endpoints of a merchant's systems: their events and signatures, and the booking's data in a message.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2, p_callback => NULL), t.tenant(3);
SELECT set_config('kf.tenant', t.id(100)::text, true);
CREATE FUNCTION pg_temp.add(p_n int, p_id int, p jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT kf.endpoint_add(t.id(p_n * 100), t.id(p_id), p, t.id(p_id), 'sealed-' || p_id) $$;
CREATE FUNCTION pg_temp.told(p_booking int) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(o.event || ' ' || split_part(o.url, '/', 3), ', ' ORDER BY o.version, o.event, o.url)
    FROM kf.outbox o WHERE o.booking_id = t.id(p_booking) $$;
CREATE FUNCTION pg_temp.facts(p_booking int, p_event text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT o.facts FROM kf.outbox o WHERE o.booking_id = t.id(p_booking) AND o.event = p_event ORDER BY o.version DESC LIMIT 1 $$;

-- The first is the one in the settings, and follows them.
SELECT is((SELECT (endpoint_id = tenant_id, url, form, disabled_at)::text FROM kf.callback_endpoint), '(t,https://merchant.example/hook,full,)', 'the first is there');
SELECT kf.tenant_update(t.id(100), '{"callback_url": "https://one.example/hook"}');
SELECT is(kf.endpoint_get(t.id(100), t.id(100))->>'url', 'https://one.example/hook', 'and follows the settings');
SELECT is(kf.endpoint_change(t.id(100), t.id(100), NULL, '{"url": "https://first.example/hook"}')->>'first', 'true', 'changed as an address');
SELECT is((SELECT callback_url FROM kf.tenant), 'https://first.example/hook', 'the settings follow it');
SELECT throws_ok($$ SELECT kf.endpoint_change(t.id(100), t.id(100), NULL, '{"events": ["booking.cancelled"]}') $$, 'KF422', NULL, 'the first is told of paid bookings');
SELECT is(t.refusal(format('SELECT kf.endpoint_change(%L, %L, 1, ''{}'')', t.id(100), t.id(100))), 'KF421', 'a version that was');
SELECT ok(kf.endpoint_get(t.id(100), t.id(999)) IS NULL AND kf.endpoint_change(t.id(100), t.id(999), NULL, '{}') IS NULL
          AND kf.endpoint_remove(t.id(100), t.id(999)) IS NULL AND kf.message_test(t.id(100), t.id(999)) IS NULL, 'none');

-- Further endpoints.
SELECT is(pg_temp.add(1, 801, '{"url": "https://crm.example/", "name": "CRM", "form": "thin", "events": ["booking.completed", "booking.confirmed", "booking.paid"]}') - '{id,created_at}'::text[],
    '{"name": "CRM", "url": "https://crm.example/", "form": "thin", "events": ["booking.paid", "booking.confirmed", "booking.completed"], "first": false, "version": 1,
      "disabled_at": null, "disabled_reason": null, "waiting": 0, "failing": 0, "dead": 0, "secret_made": true}'::jsonb, 'a second');
SELECT is(t.refusal(format('SELECT kf.endpoint_add(%L, %L, %L, %L, ''x'')', t.id(100), t.id(899), x.doc, t.id(899))), x.refusal, x.doc)
FROM (VALUES ('{"url": "ftp://x"}', 'KF422 url'), ('{}', 'KF422 url'), ('{"url": "https://x", "events": ["callback.test"]}', 'KF422 events'),
    ('{"url": "https://x", "events": []}', 'KF422 events'), ('{"url": "https://x", "form": "fat"}', 'KF422 form'), ('{"url": "https://x", "id": "1"}', 'KF422 id')) x(doc, refusal);
SELECT pg_temp.add(1, 802, '{"url": "https://all.example/", "events": ["booking.paid", "booking.confirmed", "booking.rescheduled", "booking.cancelled", "booking.completed",
    "booking.no_show", "booking.failed", "booking.expired", "payment.refund_due", "refund.succeeded"]}');
SELECT is(jsonb_array_length(kf.endpoint_list(t.id(100))->'items'), 3, 'three of them');
SELECT is((SELECT string_agg(a.action, ' ' ORDER BY a.action) FROM kf.audit a WHERE a.object_type = 'callback_endpoint'), 'callback_endpoint_created callback_endpoint_created', 'which is written down');

-- One row per endpoint that selected the event, with the booking's state.
SELECT t.hold(1, 1001, '2026-06-02 13:00Z');
SELECT booking_id FROM kf.booking_start(t.id(100), t.id(1001), t.id(5001), t.id(1001), t.hash('token 1001'), 'Ana Pérez', 'ana@example.test',
    '+573001234567', 'sin prisa', 'es', 'Europe/Madrid', NULL, '{"metadata": {"pedido": "A-1"}}');
SELECT is(t.pay(1, 'tx1', t.ref(1001), 'APPROVED'), 'applied', 'paid');
SELECT is(pg_temp.told(1001), 'booking.paid all.example, booking.paid crm.example, booking.paid first.example', 'each is told');
SELECT is((SELECT array_agg(DISTINCT x.secrets) FROM kf.work_messages(10, 60, 9, '{full,thin}') x WHERE x.url LIKE '%crm%'), ARRAY[ARRAY['sealed-801']], 'signed with its own secret');
SELECT is((SELECT count(*) FROM kf.outbox WHERE state = 'sending'), 3::bigint, 'all three at the same moment');
SELECT kf.message_result(t.id(100), (SELECT message_id FROM kf.outbox WHERE url LIKE '%crm%'), 200, 1, '', NULL, '', 0, 0);
SELECT is(t.status(1, 1001), 'paid approved', 'another than the first acknowledges nothing');
SELECT kf.message_result(t.id(100), (SELECT message_id FROM kf.outbox WHERE url LIKE '%first%'), 200, 1, '', NULL, '', 0, 0);
SELECT is(t.status(1, 1001), 'confirmed approved', 'the first does');
SELECT is(pg_temp.told(1001), 'booking.paid all.example, booking.paid crm.example, booking.paid first.example, booking.confirmed all.example, booking.confirmed crm.example',
    'of which those hear that chose it');
SELECT is(pg_temp.facts(1001, 'booking.confirmed')->>'status' || ' ' || (pg_temp.facts(1001, 'booking.confirmed')->'payment'->>'reference'), 'confirmed ' || t.ref(1001), 'with what paid it');
SELECT is(pg_temp.facts(1001, 'booking.paid') @> '{"status": "paid", "source": "link", "language": "es", "metadata": {"pedido": "A-1"}, "customer": {"notes": "sin prisa"}}', true, 'the facts');
SELECT is(kf.booking_doc(t.id(100), t.id(1001))->'metadata', '{"pedido": "A-1"}', 'and in the booking');
-- A second payment is distinguished from the booking's own.
SELECT kf.booking_retry(t.id(100), t.id(1001), t.hash('token 1001'), t.id(6001)) FROM kf.booking WHERE false;
SELECT is(t.pay(1, 'tx2', t.ref(1001), 'APPROVED'), 'refund_due', 'paid twice');
SELECT is(pg_temp.facts(1001, 'payment.refund_due') @> '{"status": "confirmed", "refund": {"reason": "second", "state": "due"}}', true, 'the second goes back, the booking stands');
SELECT kf.booking_cancel(t.id(100), t.id(1001), 'merchant', 'enfermedad');
SELECT is(pg_temp.facts(1001, 'booking.cancelled') @> '{"status": "cancelled", "cancelled": {"by": "merchant", "reason": "enfermedad"}, "refund": {"reason": "cancelled"}}', true, 'cancelled, and why');

-- State changes by time.
SELECT t.hold(1, 1002, '2026-06-02 14:00Z'), t.book(1, 1002), t.hold(1, 1003, '2026-06-02 15:00Z'), t.book(1, 1003);
SELECT is(t.pay(1, 'tx3', t.ref(1003), 'DECLINED'), 'recorded', 'declined');
SELECT t.clock('2026-06-01 12:20Z');
SELECT bookings FROM kf.work_sweep(10);
SELECT is(pg_temp.told(1002), 'booking.expired all.example', 'expired');
SELECT is(pg_temp.told(1003) || ' ' || (pg_temp.facts(1003, 'booking.failed')->'payment'->>'status'), 'booking.failed all.example DECLINED', 'failed');
SELECT t.hold(1, 1004, '2026-06-02 16:00Z', 2), t.book(1, 1004);
SELECT t.clock('2026-06-02 16:10Z');
SELECT kf.booking_mark(t.id(100), t.id(1004), NULL, '{"status": "no_show"}');
SELECT kf.booking_mark(t.id(100), t.id(1004), NULL, '{"status": "completed"}');
SELECT is(pg_temp.told(1004), 'booking.paid all.example, booking.paid crm.example, booking.paid first.example, booking.no_show all.example, booking.completed all.example, booking.completed crm.example', 'marked');

-- An erased customer is erased there too.
SELECT isnt(kf.booking_scrub(t.id(100), t.id(1001)), NULL, 'forgotten');
SELECT is((SELECT metadata FROM kf.booking WHERE booking_id = t.id(1001)), NULL, 'with what was added');
SELECT is_empty($$ SELECT FROM kf.outbox o WHERE o.booking_id = t.id(1001) AND (o.facts ?| '{metadata,cancelled}' OR o.facts::text ~ 'enfermedad|sin prisa|A-1') $$, 'and in messages');

-- A worker of the previous release builds only full bodies.
SELECT t.clock('2026-06-03 12:00Z');
SELECT is((SELECT count(*) FROM kf.work_messages(100, 60, 30) x WHERE x.facts->>'form' = 'thin'), 0::bigint, 'thin ones are left by a worker that cannot make them');
SELECT isnt_empty($$ SELECT FROM kf.work_messages(100, 60, 30, '{thin}') x WHERE x.url = 'https://crm.example/' $$, 'for one that can');

-- Each has its own health, and its share of the turns.
UPDATE kf.outbox SET state = 'done';
SELECT kf.message_test(t.id(100), t.id(802)), kf.message_test(t.id(100));
SELECT is((SELECT string_agg(o.url, ' ' ORDER BY o.url) FROM kf.outbox o WHERE o.event = 'callback.test'), 'https://all.example/ https://first.example/hook', 'each may be tried');
SELECT kf.message_result(t.id(100), o.message_id, 410, 1, '', NULL, '', 0, 0) FROM kf.outbox o WHERE o.event = 'callback.test' AND o.url LIKE '%all%';
SELECT is(kf.endpoint_get(t.id(100), t.id(802))->>'disabled_reason', 'the endpoint answered 410', 'one is gone');
SELECT ok(callback_disabled_at IS NULL, 'which says nothing of the first') FROM kf.tenant;
SELECT is(t.refusal(format('SELECT kf.message_test(%L, %L)', t.id(100), t.id(802))), 'KF409', 'nothing more is sent there');
SELECT is((SELECT x.url FROM kf.work_messages(10, 60, 4, '{full,thin}') x), 'https://first.example/hook', 'but to the others');
SELECT is(kf.endpoint_change(t.id(100), t.id(802), NULL, '{"url": "https://all.example/2"}')->>'disabled_at', NULL, 'saved again, it is on');
SELECT kf.message_again(t.id(100), o.message_id) FROM kf.outbox o WHERE o.event = 'callback.test' AND o.url LIKE '%all%';
SELECT is((SELECT x.url FROM kf.work_messages(10, 60, 4, '{full,thin}') x), 'https://all.example/2', 'and told where it is now');
UPDATE kf.outbox SET state = 'done';
DO $$ BEGIN FOR i IN 1..8 LOOP
    PERFORM t.hold(1, 2000 + i, '2026-06-04 13:00Z'::timestamptz + i * interval '15 minutes', 2), t.book(1, 2000 + i);
END LOOP; END $$;
SELECT is((SELECT string_agg(q.url || ' ' || q.n, ', ' ORDER BY q.url) FROM (SELECT split_part(x.url, '/', 3) AS url, count(*) AS n
    FROM kf.work_messages(100, 60, 6, '{full,thin}') x GROUP BY 1) q), 'all.example 2, crm.example 2, first.example 2', 'turns are shared out');

-- An endpoint's secrets belong only to it.
SELECT kf.callback_secret_add(t.id(100), t.id(801), t.id(811), 'sealed-811', 3600);
SELECT is(jsonb_array_length(kf.secret_list(t.id(100), t.id(801))->'items') || ' ' || jsonb_array_length(kf.secret_list(t.id(100))->'items'), '2 1', 'of one alone');
SELECT is((SELECT b.callback_secret_sealed FROM kf.booking_read(t.id(100), t.id(1004), NULL) b), 'sealed-callback', 'the first one''s signs the return');
SELECT is(t.refusal(format('SELECT kf.callback_secret_add(%L, %L, %L, ''x'', 3600)', t.id(100), t.id(999), t.id(812))), 'KF404', 'of none');

-- Removed.
SELECT is(kf.endpoint_remove(t.id(100), t.id(801)), '{}', 'removed');
SELECT is((SELECT count(*) FROM kf.outbox WHERE url LIKE '%crm%' AND state IN ('due', 'sending')), 0::bigint, 'nothing waits for it');
SELECT is(jsonb_array_length(kf.secret_list(t.id(100), t.id(801))->'items'), 0, 'its secrets ended');
SELECT pg_temp.add(1, 803, '{"url": "https://3.example/"}'), pg_temp.add(1, 804, '{"url": "https://4.example/"}'), pg_temp.add(1, 805, '{"url": "https://5.example/"}');
SELECT throws_ok($$ SELECT pg_temp.add(1, 806, '{"url": "https://6.example/"}') $$, 'KF409', NULL, 'five are enough');
SELECT kf.endpoint_remove(t.id(100), t.id(100));
SELECT is((SELECT callback_url FROM kf.tenant), NULL, 'the first may go too');
SELECT t.hold(1, 1005, '2026-06-05 13:00Z', 2), t.book(1, 1005);
SELECT is(t.status(1, 1005) || ': ' || pg_temp.told(1005), 'confirmed none: booking.confirmed all.example, booking.paid 3.example, booking.paid 4.example, booking.paid 5.example, booking.paid all.example',
    'nobody has to acknowledge then: the others hear of both at once');
SELECT is(pg_temp.add(1, 807, '{"url": "https://new.example/"}')->>'secret_made', 'false', 'a new first one keeps the secrets');
SELECT is((SELECT callback_url FROM kf.tenant), 'https://new.example/', 'and is the settings''');
-- A business without endpoints gets no messages; no business sees another's.
SELECT set_config('kf.tenant', t.id(200)::text, true);
SELECT t.hold(2, 3001, '2026-06-05 13:00Z', 2), t.book(2, 3001);
SELECT is(t.status(2, 3001), 'confirmed none', 'confirmed at once');
SELECT is_empty('SELECT FROM kf.outbox', 'nobody is told');
SELECT is_empty('SELECT FROM kf.callback_endpoint', 'nor is anything seen of others');
SELECT ok(kf.endpoint_get(t.id(200), t.id(802)) IS NULL AND kf.endpoint_remove(t.id(200), t.id(802)) IS NULL, 'nor removed');
SELECT is(pg_temp.add(2, 821, '{"url": "https://two.example/"}') @> '{"first": true}', true, 'its first');

-- Metadata: 20 names, short texts.
CREATE FUNCTION pg_temp.meta(p jsonb) RETURNS text LANGUAGE sql AS $$ SELECT t.refusal(format('SELECT kf.doc_metadata(%L, ''metadata'')', jsonb_build_object('metadata', p))) $$;
SELECT is(pg_temp.meta('{"a": "x", "b.c-d_1": ""}'), 'ok', 'texts');
SELECT is(pg_temp.meta((SELECT jsonb_object_agg('k' || n, repeat('ñ', 200)) FROM generate_series(1, 20) n)), 'ok', 'twenty');
SELECT is(pg_temp.meta((SELECT jsonb_object_agg('k' || n, 'x') FROM generate_series(1, 21) n)), 'KF422 metadata', 'not one more');
SELECT is(pg_temp.meta(x.doc::jsonb), x.refusal, left(x.doc, 40))
FROM (VALUES ('[]', 'KF422 metadata'), ('"x"', 'KF422 metadata'), ('{"a b": "x"}', 'KF422 metadata'), ('{"": "x"}', 'KF422 metadata'), ('{"firma_hmac": "x"}', 'KF422 metadata'),
    ('{"a": 1}', 'KF422 metadata.a'), ('{"a": null}', 'KF422 metadata.a'), ('{"a": {"b": "c"}}', 'KF422 metadata.a'), ('{"a": "' || repeat('x', 201) || '"}', 'KF422 metadata.a'),
    ('{"a": "\u0007"}', 'KF422 metadata.a'), ('{"' || repeat('k', 41) || '": "x"}', 'KF422 metadata')) x(doc, refusal);
SELECT * FROM finish();
ROLLBACK;
