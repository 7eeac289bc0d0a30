-- Messages to merchants: the schedule by the clock, acknowledgement, leases, fairness.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2), t.tenant(3);
SELECT set_config('kf.tenant', t.id(100)::text, true);
-- A free booking p_n of tenant p_t: one message each.
CREATE FUNCTION pg_temp.message(p_t int, p_n int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM t.hold(p_t, p_n, date_trunc('day', kf.now()) + interval '37 hours' + (p_n % 16) * interval '15 minutes', 2, 11 + (p_n / 16) % 2);
    PERFORM t.book(p_t, p_n);
    PERFORM set_config('kf.tenant', t.id(p_t * 100)::text, true);
    RETURN (SELECT message_id FROM kf.outbox WHERE booking_id = t.id(p_n));
END $$;
CREATE FUNCTION pg_temp.sent(p_status int, p_after int DEFAULT 0, p_jitter int DEFAULT 0) RETURNS text LANGUAGE plpgsql AS $$
DECLARE r record; m text := (SELECT message_id FROM kf.work_messages(1, 60, 4) LIMIT 1);
BEGIN
    IF m IS NULL THEN RETURN 'nothing due'; END IF;
    SELECT * INTO r FROM kf.message_result(t.id(100), m, p_status, 12, '192.0.2.1', NULL, 'answer', p_after, p_jitter);
    RETURN r.state || ' ' || make_interval(secs => extract(epoch FROM r.next_attempt_at - kf.now()));
END $$;

-- Ten attempts, then dead.
SELECT is(pg_temp.message(1, 1001) ~ '^msg_', true, 'a message');
SELECT results_eq($$ SELECT tenant_id, booking_id, event, version, body, attempts, url, secrets FROM kf.work_messages(10, 60, 4) $$,
    $$ VALUES (t.id(100), t.id(1001), 'booking.paid', 2, NULL::bytea, 0, 'https://merchant.example/hook', ARRAY['sealed-callback']) $$, 'handed out at once');
SELECT is_empty('SELECT * FROM kf.work_messages(10, 60, 4)', 'to one worker');
SELECT t.clock('2026-06-01 12:00:59Z');
SELECT is_empty('SELECT * FROM kf.work_messages(10, 60, 4)', 'while the lease lasts');
SELECT t.clock('2026-06-01 12:01:00Z');
SELECT isnt_empty('SELECT * FROM kf.work_messages(10, 60, 4)', 'and to another when it ends');
SELECT t.clock('2026-06-01 12:02:00Z');
SELECT kf.message_body(t.id(100), (SELECT message_id FROM kf.outbox), 'the body'), kf.message_body(t.id(100), (SELECT message_id FROM kf.outbox), 'another');
SELECT is((SELECT convert_from(body, 'UTF8') FROM kf.outbox), 'the body', 'the body is set once');
CREATE FUNCTION pg_temp.step(p_wait interval) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v text;
BEGIN
    PERFORM kf.clock_shift(extract(epoch FROM p_wait - interval '1 second')::bigint);
    v := pg_temp.sent(500);
    PERFORM kf.clock_shift(1);
    RETURN v || ', ' || pg_temp.sent(500);
END $$;
SELECT is(pg_temp.sent(500), 'due 00:00:05', 'the first fails');
SELECT is(pg_temp.step('5 seconds'), 'nothing due, due 00:05:00', '5 s later, not before');
SELECT is(pg_temp.step('5 minutes'), 'nothing due, due 00:30:00', '5 min');
SELECT is(pg_temp.step('30 minutes'), 'nothing due, due 02:00:00', '30 min');
SELECT is(pg_temp.step('2 hours'), 'nothing due, due 05:00:00', '2 h');
SELECT is(pg_temp.step('5 hours'), 'nothing due, due 10:00:00', '5 h');
SELECT is(pg_temp.step('10 hours'), 'nothing due, due 14:00:00', '10 h');
SELECT is(pg_temp.step('14 hours'), 'nothing due, due 20:00:00', '14 h');
SELECT is(pg_temp.step('20 hours'), 'nothing due, due 24:00:00', '20 h');
SELECT is(split_part(pg_temp.step('24 hours'), ' ', 3), 'dead', '24 h, then dead');
SELECT is((SELECT state || ' ' || attempts FROM kf.outbox), 'dead 10', 'after ten');
SELECT is((SELECT count(*) FROM kf.callback_attempt), 10::bigint, 'each of them logged');
SELECT is((SELECT doc->>'state' || ' ' || jsonb_array_length(doc->'log') FROM kf.messages_list(t.id(100), 'dead', 10, NULL)), 'dead 10', 'and shown');
SELECT is(t.status(1, 1001), 'paid none', 'the customer keeps the time');
SELECT kf.tenant_update(t.id(100), '{"callback_url":"https://other.example/hook"}');
SELECT kf.message_resend(t.id(100), (SELECT message_id FROM kf.outbox));
SELECT is((SELECT url || ' ' || convert_from(body, 'UTF8') FROM kf.work_messages(10, 60, 4)), 'https://other.example/hook the body', 'sent again to the new address, the same bytes');
SELECT is(t.refusal('SELECT kf.message_resend(t.id(100), (SELECT message_id FROM kf.outbox))'), 'KF409', 'not while it is being sent');
SELECT is(t.refusal('SELECT kf.message_resend(t.id(100), ''msg_0000000000000000'')'), 'KF404', 'nor one that is not there');
SELECT is((SELECT state FROM kf.message_result(t.id(100), (SELECT message_id FROM kf.outbox), 204, 9, '', NULL, '', 0, 0)), 'done', '204 acknowledges');
SELECT is(t.status(1, 1001), 'confirmed none', 'paid becomes confirmed');
SELECT is((SELECT actor || ' ' || to_status FROM kf.booking_history ORDER BY version DESC LIMIT 1), 'merchant confirmed', 'with a row of history');
SELECT is((SELECT state FROM kf.message_result(t.id(100), (SELECT message_id FROM kf.outbox), 500, 9, '', NULL, '', 0, 0)), 'done', 'a late failure of a lost worker changes nothing');

-- Jitter, Retry-After, redirects, no answer, large answers.
SELECT pg_temp.message(1, 1002);
SELECT is(pg_temp.sent(302, 0, 200000), 'due 00:00:06', 'a redirect fails; a fifth more');
SELECT kf.clock_shift(6);
SELECT is(pg_temp.sent(NULL, 0, -200000), 'due 00:04:00', 'no answer fails; a fifth less');
SELECT kf.clock_shift(240);
SELECT is(pg_temp.sent(429, 3600, 0), 'due 01:00:00', 'Retry-After is honoured');
SELECT kf.clock_shift(3600);
SELECT is(pg_temp.sent(503, 999999, 0), 'due 24:00:00', 'up to a day');
SELECT kf.clock_shift(86400);
SELECT is(pg_temp.sent(503, 1, 900000), 'due 06:00:00', 'jitter is a fifth at the most, Retry-After not less than the schedule');
SELECT kf.clock_shift(21600);
SELECT is((SELECT state FROM kf.work_messages(1, 60, 4) w, LATERAL kf.message_result(t.id(100), w.message_id, 200, 1, '', NULL, convert_to(repeat('x', 9000), 'UTF8'), 0, 0)), 'done', 'a large answer');
SELECT is((SELECT max(length(answer)) FROM kf.callback_attempt), 4096, 'is kept in part');

-- 410 switches the endpoint off.
SELECT pg_temp.message(1, 1003), pg_temp.message(1, 1004);
SELECT is(pg_temp.sent(410), 'dead 00:01:00', '410 is dead at once');
SELECT is(pg_temp.sent(200), 'nothing due', 'and nothing more is sent there');
SELECT is((SELECT callback_disabled_reason FROM kf.tenant), 'the endpoint answered 410', 'the tenant knows why');
SELECT kf.tenant_update(t.id(100), '{"callback_url":"https://new.example/hook"}');
SELECT is(pg_temp.sent(200), 'done 00:01:00', 'a new address goes on');

-- One at a time per booking, in order of version.
SELECT pg_temp.message(1, 1005);
SELECT kf.booking_cancel(t.id(100), t.id(1005), 'merchant', '');
SELECT is((SELECT array_agg(event) FROM kf.work_messages(10, 60, 4)), ARRAY['booking.paid'], 'first the first');
SELECT is_empty('SELECT * FROM kf.work_messages(10, 60, 4)', 'not both at once');
SELECT kf.message_result(t.id(100), (SELECT message_id FROM kf.outbox WHERE state = 'sending'), 200, 1, '', NULL, '', 0, 0);
SELECT is(t.status(1, 1005), 'cancelled none', 'an acknowledgement after a cancellation confirms nothing');
SELECT is((SELECT array_agg(event) FROM kf.work_messages(10, 60, 4)), ARRAY['booking.cancelled'], 'then the next');
SELECT kf.message_result(t.id(100), (SELECT message_id FROM kf.outbox WHERE state = 'sending'), 200, 1, '', NULL, '', 0, 0);

-- Fairness: fifty of one tenant, two of the others.
SELECT t.clock('2026-06-10 12:00Z');
SELECT pg_temp.message(1, 2000 + n) FROM generate_series(0, 29) n;
SELECT pg_temp.message(2, 3000 + n) FROM generate_series(0, 1) n;
SELECT pg_temp.message(3, 4000 + n) FROM generate_series(0, 1) n;
SELECT results_eq($$ SELECT tenant_id, count(*) FROM kf.work_messages(100, 60, 4) GROUP BY 1 ORDER BY 1 $$,
    $$ VALUES (t.id(100), 4::bigint), (t.id(200), 2), (t.id(300), 2) $$, 'four of a tenant at most');
SELECT pg_temp.message(2, 3010);
SELECT results_eq($$ SELECT tenant_id, count(*) FROM kf.work_messages(100, 60, 4) GROUP BY 1 ORDER BY 1 $$,
    $$ VALUES (t.id(200), 1::bigint) $$, 'a hanging tenant holds up nobody else');
SELECT t.clock('2026-06-10 12:01Z');
SELECT bag_eq($$ SELECT tenant_id FROM kf.work_messages(3, 60, 4) $$, $$ VALUES (t.id(100)), (t.id(200)), (t.id(300)) $$, 'in turn when there is little room');
SELECT is((SELECT tenant_id FROM kf.work_messages(1, 60, 4)) IS NOT NULL, true, 'and so on');

-- Secrets: two during a rotation, newest first.
SELECT t.clock('2026-06-20 12:00Z');
UPDATE kf.outbox SET state = 'dead';
SELECT kf.callback_secret_add(t.id(200), t.id(232), 'sealed-new', 3600);
SELECT pg_temp.message(2, 3020);
UPDATE kf.outbox SET state = 'dead' WHERE booking_id <> t.id(3020);
SELECT is((SELECT secrets FROM kf.work_messages(100, 60, 4) WHERE tenant_id = t.id(200)), ARRAY['sealed-new', 'sealed-callback'], 'two secrets');
SELECT t.clock('2026-06-20 13:00Z');
SELECT is((SELECT secrets FROM kf.work_messages(100, 60, 4) WHERE tenant_id = t.id(200)), ARRAY['sealed-new'], 'the old one ends');
SELECT * FROM finish();
ROLLBACK;
