-- Events, polls, refunds, idempotency, key rotation and the documents of the operator.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
SELECT set_config('kf.tenant', t.id(100)::text, true);

-- Events: stored once, leased, retried, done.
SELECT is((SELECT stored FROM kf.event_store(t.id(100), t.id(1), 'wompi', 'tx1 APPROVED', 'tx1', t.ref(1001), 'APPROVED', '\x7b7d')), true, 'stored');
SELECT is((SELECT stored FROM kf.event_store(t.id(100), t.id(2), 'wompi', 'tx1 APPROVED', 'tx1', t.ref(1001), 'APPROVED', '\x7b7d')), false, 'a copy is not');
SELECT is((SELECT stored FROM kf.event_store(t.id(100), t.id(3), 'wompi', 'tx1 VOIDED', 'tx1', t.ref(1001), 'VOIDED', '\x7b7d')), true, 'another status is');
SELECT is((SELECT stored FROM kf.event_store(t.id(200), t.id(1), 'wompi', 'tx1 APPROVED', 'tx1', 'x', 'APPROVED', '\x7b7d')), true, 'another tenant''s is');
SELECT bag_eq($$ SELECT tenant_id, event_id FROM kf.work_events(2, 60) $$, $$ VALUES (t.id(100), t.id(1)), (t.id(200), t.id(1)) $$, 'the tenants in turn');
SELECT results_eq($$ SELECT tenant_id, event_id, provider, tx_id, reference, attempts, mode, public_key, private_key_sealed FROM kf.work_events(9, 60) $$,
    $$ VALUES (t.id(100), t.id(3), 'wompi', 'tx1', t.ref(1001), 1, 'test', 'pub_test_1', 'sealed-private') $$, 'with the keys to ask with');
SELECT kf.event_result(t.id(100), t.id(3), true, 'applied', 0), kf.event_result(t.id(100), t.id(1), false, 'timeout', 120);
SELECT t.clock('2026-06-01 12:01:59Z');
SELECT results_eq($$ SELECT event_id, attempts FROM kf.work_events(9, 60) WHERE tenant_id = t.id(100) $$, $$ SELECT t.id(1), 1 WHERE false $$, 'not before its time');
SELECT t.clock('2026-06-01 12:02Z');
SELECT results_eq($$ SELECT event_id, attempts FROM kf.work_events(9, 60) WHERE tenant_id = t.id(100) $$, $$ VALUES (t.id(1), 2) $$, 'then again');
SELECT is((SELECT outcome FROM kf.webhook_event WHERE event_id = t.id(3)), 'applied', 'what became of it is kept');

-- Polls.
SELECT t.clock('2026-06-01 13:00Z');
SELECT t.hold(1, 1001, '2026-06-05 13:00Z'), t.book(1, 1001);
CREATE FUNCTION pg_temp.poll(p_pending boolean DEFAULT false) RETURNS text LANGUAGE plpgsql AS $$
DECLARE a record;
BEGIN
    SELECT * INTO a FROM kf.work_polls(1, 30);
    IF NOT FOUND THEN RETURN 'none'; END IF;
    PERFORM kf.poll_result(a.tenant_id, a.attempt_id, 0, p_pending, NULL);
    RETURN (SELECT CASE state WHEN 'open' THEN make_interval(secs => extract(epoch FROM next_poll_at - kf.now()))::text ELSE state END FROM kf.payment_attempt WHERE attempt_id = a.attempt_id);
END $$;
SELECT is_empty('SELECT * FROM kf.work_polls(9, 30)', 'nothing to ask at once');
SELECT t.clock('2026-06-01 13:00:44Z');
SELECT is(pg_temp.poll(), 'none', 'nor a second before');
SELECT t.clock('2026-06-01 13:00:45Z');
SELECT is(pg_temp.poll(), '00:01:00', 'first after 45 s, then every minute');
SELECT kf.payment_returned(t.id(100), t.id(1001), 'hint-1');
SELECT is((SELECT tx_hint FROM kf.work_polls(9, 30)), 'hint-1', 'at once when the payer returns');
SELECT kf.poll_result(t.id(100), t.id(1001), 0, false, NULL), kf.payment_returned(t.id(100), t.id(1001), 'hint-2');
SELECT is(pg_temp.poll(), 'none', 'reloading does not ask again');
SELECT kf.clock_shift(3), kf.payment_returned(t.id(100), t.id(1001), 'hint-3');
SELECT is(pg_temp.poll(), '00:01:00', 'only after two seconds');
SELECT t.clock('2026-06-01 13:20Z');
SELECT is(count(*), 1::bigint, 'a lease') FROM kf.work_polls(9, 30);
SELECT is(pg_temp.poll(), 'none', 'is one worker''s');
SELECT kf.payment_returned(t.id(100), t.id(1001), 'hint-4'), kf.clock_shift(1), kf.payment_returned(t.id(100), t.id(1001), NULL);
SELECT t.clock('2026-06-01 13:39:59Z');
SELECT is(pg_temp.poll(), '00:01:00', 'for half an hour after the hold');
SELECT t.clock('2026-06-01 13:41Z');
SELECT is(pg_temp.poll(true), '00:01:00', 'longer while a transaction is pending');
SELECT t.clock('2026-06-01 13:45Z');
SELECT is(pg_temp.poll(), '00:25:00', 'then one hour after the end of the hold');
SELECT t.clock('2026-06-01 14:10Z');
SELECT is(pg_temp.poll(true), '02:00:00', 'three hours');
SELECT t.clock('2026-06-01 16:10Z');
SELECT is(pg_temp.poll(), '03:00:00', 'six hours');
SELECT t.clock('2026-06-01 19:10Z');
SELECT is(pg_temp.poll(), '18:00:00', 'a day');
SELECT t.clock('2026-06-02 13:10Z');
SELECT is(pg_temp.poll(), '24:00:00', 'two days');
SELECT t.clock('2026-06-03 13:10Z');
SELECT is(pg_temp.poll(), '24:00:00', 'three days');
SELECT t.clock('2026-06-04 13:10Z');
SELECT is(pg_temp.poll(), 'closed', 'and no more');
SELECT t.clock('2026-06-04 14:00Z');
SELECT t.hold(1, 1002, '2026-06-05 14:00Z'), t.book(1, 1002), t.pay(1, 'tx-2', t.ref(1002), 'APPROVED');
SELECT t.clock('2026-06-04 14:01Z');
SELECT is(pg_temp.poll(), 'closed', 'an approved attempt is asked about once more');
SELECT t.hold(1, 1003, '2026-06-05 15:00Z'), t.book(1, 1003), t.pay(1, 'tx-3', t.ref(1003), 'DECLINED');
SELECT is((SELECT state FROM kf.payment_attempt WHERE attempt_id = t.id(1003)), 'open', 'a declined one is: another may follow under its reference');

-- Refunds.
SELECT kf.booking_cancel(t.id(100), t.id(1002), 'merchant', '');
SELECT results_eq($$ SELECT provider, tx_id, amount_cents, currency, can_void, attempts, mode, private_key_sealed FROM kf.work_refunds(9, 60) $$,
    $$ VALUES ('wompi', 'tx-2', 3000000::bigint, 'COP', true, 1, 'test', 'sealed-private') $$, 'a refund to make');
SELECT is_empty('SELECT * FROM kf.work_refunds(9, 60)', 'by one worker');
CREATE FUNCTION pg_temp.refunded(p text) RETURNS text LANGUAGE sql AS $$
    SELECT kf.refund_result(t.id(100), (SELECT refund_id FROM kf.refund), p, 'r', NULL);
    SELECT state || ' ' || owner || ' ' || (next_attempt_at - kf.now()) FROM kf.refund;
$$;
SELECT is(pg_temp.refunded('retry'), 'due provider 00:02:00', 'tried again');
SELECT is(pg_temp.refunded('pending'), 'running provider 00:05:00', 'looked after');
SELECT kf.clock_shift(300);
SELECT is((SELECT count(*) FROM kf.work_refunds(9, 60)), 1::bigint, 'again');
SELECT is(split_part(pg_temp.refunded('done'), ' ', 1), 'done', 'done');
SELECT is(split_part(pg_temp.refunded('retry'), ' ', 1), 'done', 'for good');
SELECT is(t.ledger(1) || ' ' || t.told(1, 1002), '3000000=0+0+0+3000000 booking.paid booking.cancelled payment.refund_due refund.succeeded', 'and told');
SELECT is(t.refusal('SELECT kf.refund_result(t.id(100), t.id(7), ''done'', NULL, NULL)'), 'KF404', 'no such refund');

-- A void that is accepted but never done: requested again for three days, then it is the merchant's task.
SELECT t.hold(1, 1004, '2026-06-08 13:00Z'), t.book(1, 1004), t.pay(1, 'tx-4', t.ref(1004), 'APPROVED'), kf.booking_cancel(t.id(100), t.id(1004), 'merchant', '');
SELECT refund_id AS void FROM kf.refund WHERE state = 'due' \gset
CREATE FUNCTION pg_temp.asked(p_refund uuid, p_result text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE w record;
BEGIN
    SELECT * INTO w FROM kf.work_refunds(9, 60);
    PERFORM kf.refund_result(t.id(100), p_refund, p_result, NULL, NULL);
    RETURN (SELECT concat_ws(' ', r.state, r.owner, CASE WHEN w.once THEN 'once' END, CASE WHEN w.asked THEN 'asked' END) FROM kf.refund r WHERE r.refund_id = p_refund);
END $$;
SELECT t.clock('2026-06-04 15:00Z');
SELECT is(pg_temp.asked(:'void', 'pending'), 'running provider', 'taken');
SELECT t.clock('2026-06-05 15:00Z');
SELECT is(pg_temp.asked(:'void', 'retry'), 'running provider', 'not read for once');
SELECT t.clock('2026-06-07 15:00Z');
SELECT is(pg_temp.asked(:'void', 'pending'), 'running provider', 'for three days, and never as one that is asked for once');
SELECT is(t.refusal(format('SELECT kf.refund_done(t.id(100), %L, ''{}'')', :'void')), 'KF409', 'nobody else gives it back meanwhile');
SELECT is(t.refusal($$ SELECT kf.customer_erase(t.id(100), 'ana@example.test') $$), 'KF409 refund', 'nobody is forgotten meanwhile');
SELECT t.clock('2026-06-07 21:00:01Z');
SELECT is(pg_temp.asked(:'void', 'pending'), 'manual merchant', 'then it is a task');
SELECT is((SELECT (d->>'todo', d->>'last_error', d->>'due_at')::text FROM kf.refund_get(t.id(100), :'void') d), '(refund_by_hand,"it was asked for days ago and is not done",2026-06-09T16:00:01-05:00)', 'with a date and a reason');
SELECT is_empty('SELECT * FROM kf.work_refunds(9, 60)', 'it is asked for no more');
SELECT kf.refund_result(t.id(100), :'void', 'pending', NULL, NULL);
SELECT is(kf.refund_get(t.id(100), :'void')->>'state', 'manual', 'what a slow worker says changes nothing');
SELECT is(kf.refund_retry(t.id(100), :'void')->>'state', 'due', 'a void may be asked for once more');
SELECT is(pg_temp.asked(:'void', 'pending'), 'running provider', 'for another three days');
SELECT kf.refund_result(t.id(100), :'void', 'manual', NULL, 'declined');
SAVEPOINT before;
SELECT is(t.pay(1, 'tx-4', t.ref(1004), 'VOIDED'), 'refunded', 'voided after all');
SELECT is((SELECT concat_ws(' ', d->>'state', d->>'owner', d->>'todo') FROM kf.refund_get(t.id(100), :'void') d), 'done provider none', 'the task is done');
SELECT is(t.ledger(1) || ' ' || t.told(1, 1004), '6000000=0+0+0+6000000 booking.paid booking.cancelled payment.refund_due refund.succeeded', 'once');
SELECT is(t.refusal(format('SELECT kf.refund_done(t.id(100), %L, ''{}'')', :'void')), 'KF409', 'and nobody''s any more');
ROLLBACK TO before;
SELECT is(kf.refund_done(t.id(100), :'void', '{"note":"en efectivo"}')->>'todo', 'none', 'or given back by hand');
SELECT is(t.ledger(1), '6000000=0+0+0+6000000', 'it counts');
SELECT is(t.pay(1, 'tx-4', t.ref(1004), 'VOIDED'), 'unchanged', 'voided after that');
SELECT is(t.ledger(1) || ' ' || t.told(1, 1004), '6000000=0+0+0+6000000 booking.paid booking.cancelled payment.refund_due refund.succeeded', 'counts once, is told once');
SELECT is((SELECT concat_ws(' ', d->>'state', d->>'owner', d->>'todo') FROM kf.refund_get(t.id(100), :'void') d), 'done merchant given_twice', 'and the merchant sees it');
SELECT is((SELECT count(*) FROM kf.mail m WHERE m.kind IN ('refund_task', 'refund_done') AND m.booking_id = t.id(1004)), 1::bigint, 'the customer is told once');
SELECT kf.booking_mark(t.id(100), b.booking_id, NULL, '{"status":"completed"}') FROM kf.booking b WHERE b.status IN ('paid', 'confirmed') AND b.slot_end <= kf.now();
SELECT is(t.refusal($$ SELECT kf.customer_erase(t.id(100), 'ana@example.test') $$), 'ok', 'whoever asks for it is forgotten');
SELECT set_config('kf.tenant', t.id(100)::text, true);

-- Idempotency.
SELECT is_empty($$ SELECT * FROM kf.idempotency_begin(t.id(100), 'holds', 'k1', '\x01') $$, 'a new key goes on');
SELECT kf.idempotency_finish(t.id(100), 'holds', 'k1', '\x01', 201, '{"id":1}');
SELECT results_eq($$ SELECT * FROM kf.idempotency_begin(t.id(100), 'holds', 'k1', '\x01') $$, $$ VALUES (201, '{"id":1}') $$, 'the same answer');
SELECT is(t.refusal($$ SELECT * FROM kf.idempotency_begin(t.id(100), 'holds', 'k1', '\x02') $$), 'KF430', 'another body');
SELECT is_empty($$ SELECT * FROM kf.idempotency_begin(t.id(100), 'bookings', 'k1', '\x02') $$, 'another route');
-- Newer servers store a digest of the key, and find rows of older ones.
SELECT is((SELECT (status, body, key)::text FROM kf.idempotency_begin(t.id(100), 'holds', kf.idempotency_digest(t.id(100), 'holds', 'k1'), '\x01', 'k1')), '(201,"{""id"":1}",k1)', 'the answer of an older server');
SELECT is_empty($$ SELECT * FROM kf.idempotency_begin(t.id(100), 'holds', kf.idempotency_digest(t.id(100), 'holds', 'k2'), '\x01', 'k2') $$, 'a new key');
SELECT kf.idempotency_finish(t.id(100), 'holds', kf.idempotency_digest(t.id(100), 'holds', 'k2'), '\x01', 201, 'sealed');
SELECT is((SELECT body FROM kf.idempotency_begin(t.id(100), 'holds', kf.idempotency_digest(t.id(100), 'holds', 'k2'), '\x01', 'k2')), 'sealed', 'the same answer');
SELECT is(t.refusal($$ SELECT * FROM kf.idempotency_begin(t.id(100), 'holds', kf.idempotency_digest(t.id(100), 'holds', 'k2'), '\x02', 'k2') $$), 'KF430', 'of the same request');
SELECT is(t.refusal($$ SELECT * FROM kf.idempotency_begin(t.id(100), 'holds', 'k2', '\x01') $$), 'KF431', 'an older server does nothing twice');
SELECT is_empty($$ SELECT * FROM kf.idempotency_begin(t.id(200), 'holds', 'k1', '\x02') $$, 'another tenant');
SELECT kf.clock_shift(86401);
SELECT is_empty($$ SELECT * FROM kf.idempotency_begin(t.id(100), 'holds', 'k1', '\x02') $$, 'after a day it is new');
SELECT * FROM kf.work_sweep(10);
SELECT is((SELECT count(*) FROM kf.idempotency), 0::bigint, 'and swept away');

-- Keys and secrets.
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT count(*) FROM kf.secrets_list(t.id(100))), 4::bigint, 'four sealed texts');
SELECT is((SELECT bool_and(kf.secret_replace(t.id(100), what, ref, sealed, sealed || '-2')) FROM kf.secrets_list(t.id(100))), true, 'sealed anew');
SELECT is((SELECT bool_and(sealed LIKE '%-2') FROM kf.secrets_list(t.id(100))), true, 'all of them');
SELECT is(kf.secret_replace(t.id(100), 'private_key', 'wompi/test', 'sealed-private', 'x'), false, 'not from what is no longer there');
SELECT is(kf.payment_account_put(t.id(100), 'wompi', 'test', 'pub_test_x', 'p', 'i', 'e', 'another-hook-id-of-twenty'), 'hook-of-tenant-number-1', 'an account keeps its hook');
SELECT is(kf.payment_account_put(t.id(100), 'wompi', 'production', 'pub_prod_x', 'p', 'i', 'e', 'production-hook-id-of-twenty'), 'production-hook-id-of-twenty', 'a second account');
SELECT results_eq($$ SELECT mode FROM kf.payment_account WHERE active $$, ARRAY['production'], 'is the active one');
SELECT is((SELECT tenant_id FROM kf.hook_find('hook-of-tenant-number-1')), t.id(100), 'both hooks are found');
SELECT is_empty($$ SELECT * FROM kf.hook_find('nothing') $$, 'no other');

-- The tenant of a request.
SELECT is((SELECT tenant_id FROM kf.tenant_find(k, v)), want, k || ' ' || v) FROM (VALUES
    ('subdomain', 'tenant1', t.id(100)), ('subdomain', 'TENANT1', NULL), ('link', 'link002', t.id(200)), ('link', 'link', NULL),
    ('id', t.id(100)::text, t.id(100)), ('id', 'nonsense', NULL), ('domain', 'tenant1', NULL)) q(k, v, want);
SELECT is(jsonb_path_query_array(catalog, '$.services[*].name'), '["Consulta", "Llamada", "Terapia"]', 'the catalogue') FROM kf.catalog_read(t.id(100), 'link001');
SELECT is((SELECT (catalog->'services'->0) - 'id' - 'professionals' FROM kf.catalog_read(t.id(100), 'link001')),
    '{"name":"Consulta","description":"Una consulta de media hora","image_url":null,"duration_minutes":30,"price_cents":12000000,"charge_cents":3000000,
      "currency":"COP","buffer_before_min":0,"buffer_after_min":0,"notice_min":0,"horizon_days":60,"step_min":15,"max_per_day":null}', 'a service in it');
SELECT is(kf.service_charge(k, p, c, d), want::bigint, k || ' of ' || p) FROM (VALUES ('total', 12345::bigint, 25, NULL::bigint, 12345),
    ('partial_percent', 12345, 25, NULL, 3086), ('partial_percent', 2, 25, NULL, 1), ('partial_percent', 1, 25, NULL, 0),
    ('partial_percent', 1000000000000, 33, NULL, 330000000000), ('partial_fixed', 12345, 25, 5000, 5000), ('partial_fixed', 12345, 25, 99999, 12345)) q(k, p, c, d, want);

-- Documents of the operator: the invalid field is named, unknown members are refused.
SELECT is(t.refusal(format('SELECT kf.%s(%L, %L)', f, t.id(900), d)), want, f || ' ' || d) FROM (VALUES
    ('tenant_create', '{}', 'KF422 subdomain'), ('tenant_create', '[]', 'KF422'), ('tenant_create', '{"subdomain":"tenant1","name":"x y"}', 'KF422 subdomain'),
    ('tenant_create', '{"subdomain":"admin","name":"x y"}', 'KF422 subdomain'), ('tenant_create', '{"subdomain":"-a-","name":"x y"}', 'KF422 subdomain'),
    ('tenant_create', '{"subdomain":"abc","name":"x"}', 'KF422 name'), ('tenant_create', '{"subdomain":"abc","name":"x y","status":"active"}', 'KF422 status'),
    ('tenant_create', '{"subdomain":"abc","name":"x y","time_zone":"UTC+5"}', 'KF422 time_zone'), ('tenant_create', '{"subdomain":"abc","name":3}', 'KF422 name'),
    ('tenant_create', '{"subdomain":"abc","name":"x y","callback_url":"ftp://x"}', 'KF422 callback_url'),
    ('tenant_create', '{"subdomain":"abc","name":"x y","frame_origins":["https://x/path"]}', 'KF422 frame_origins'),
    ('tenant_create', '{"subdomain":"abc","name":"x y","primary_color":"red"}', 'KF422 primary_color'),
    ('tenant_update', '{"name":"x y"}', 'KF404'), ('tenant_suspend', 'true', 'KF404')) q(f, d, want);
SELECT is(t.refusal(format('SELECT kf.%s(%L, %L, %L)', f, t.id(100), t.id(900 + n), d)), want, f || ' ' || d) FROM (VALUES
    (1, 'service_create', '{"name":"Abc","description":"0123456789","duration_min":14,"price_cents":0}', 'KF422 duration_min'),
    (2, 'service_create', '{"name":"Abc","description":"0123456789","duration_min":15.5,"price_cents":0}', 'KF422 duration_min'),
    (3, 'service_create', '{"name":"Abc","description":"0123456789","duration_min":15,"price_cents":1e3}', 'ok'),
    (4, 'service_create', '{"name":"Abc","description":"0123456789","duration_min":15,"price_cents":"1"}', 'KF422 price_cents'),
    (5, 'service_create', '{"name":"Abc","description":"0123456789","duration_min":15,"price_cents":5,"charge_type":"partial_fixed"}', 'KF422 deposit_cents'),
    (6, 'service_create', '{"name":"Abc","description":"012345678","duration_min":15,"price_cents":5}', 'KF422 description'),
    (7, 'professional_create', '{"name":"Ana","services":["00000000-0000-7000-8000-000000000201"]}', 'KF422 services'),
    (8, 'professional_create', '{"name":"Ana","hours":[{"weekday":8,"starts":"08:00","ends":"09:00"}]}', 'KF422 weekday'),
    (9, 'professional_create', '{"name":"Ana","hours":[{"weekday":1,"starts":"09:00","ends":"08:00"}]}', 'KF422 ends'),
    (10, 'professional_create', '{"name":"Ana","hours":[{"weekday":1,"starts":"09:00","ends":"24:00"}],"overrides":[{"day":"2026-02-29","closed":true}]}', 'KF422 day'),
    (11, 'professional_hours_set', '{"hours":[]}', 'KF404')) q(n, f, d, want);
SELECT is(t.refusal(format('SELECT kf.link_create(%L, %L, %L, %L)', t.id(100), t.id(950 + n), p, d)), want, p || ' ' || d) FROM (VALUES
    (1, 'link002', '{"name":"x"}', 'KF422 public_id'), (2, 'a b c d', '{"name":"x"}', 'KF422 public_id'), (3, 'newlink', '{"name":"x","uses":1}', 'KF422 uses'),
    (4, 'newlink', '{"name":"x","service":"00000000-0000-7000-8000-000000000201"}', 'KF422 service'),
    (5, 'newlink', '{"name":"x","expires_at":"2026-13-01T00:00:00Z"}', 'KF422 expires_at'), (6, 'newlink', '{"name":"x"}', 'ok')) q(n, p, d, want);
SELECT is((SELECT schema_version FROM kf.health()), 7, 'servers of version 7 are told their own number');
SELECT is((SELECT test_clock FROM kf.health()), true, 'and the shifted clock');
SELECT * FROM finish();
ROLLBACK;
