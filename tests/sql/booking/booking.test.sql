-- From hold to booking, the second attempt, cancelling, status and history.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2, p_callback => NULL), t.tenant(3);
SELECT set_config('kf.tenant', t.id(100)::text, true);
CREATE FUNCTION pg_temp.start(p_n int, p_claim int, p_token int DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT * FROM kf.booking_start(%L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L)', t.id(p_n * 100), t.id(p_claim),
        t.id(p_claim), t.id(p_claim), t.hash('token ' || coalesce(p_token, p_claim)), 'Ana Pérez', 'a@example.test', '+573001234567', '', 'es', NULL))
$$;
CREATE FUNCTION pg_temp.retry(p_booking int, p_token int, p_attempt int) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT * FROM kf.booking_retry(%L, %L, %L, %L)', t.id(100), t.id(p_booking), t.hash('token ' || p_token), t.id(p_attempt)))
$$;

SELECT t.hold(1, 1001, '2026-06-02 13:00Z');
SELECT is(pg_temp.start(1, 1099), 'KF404', 'no such hold');
SELECT is(pg_temp.start(3, 1001), 'KF404', 'not in another tenant');
SELECT is(pg_temp.start(1, 1001, 1002), 'KF416', 'another token');
SELECT set_config('kf.tenant', t.id(100)::text, true);
UPDATE kf.service SET price_cents = 1, name = 'Changed' WHERE service_id = t.id(101);
UPDATE kf.booking_link SET max_uses = 100;
SELECT results_eq($$ SELECT b.booking_id, b.status, b.version, b.charge_cents, b.currency, b.price_cents, b.slot_start, b.slot_end, b.expires_at, b.reference,
        b.customer_name, b.customer_email, b.customer_phone, b.return_url, b.provider, b.mode, b.public_key, b.private_key_sealed, b.integrity_secret_sealed,
        b.events_secret_sealed FROM kf.booking_start(t.id(100), t.id(1001), t.id(5001), t.id(1001), t.hash('token 1001'), 'Ana Pérez', 'ana@example.test',
        '+573001234567', 'hola', 'es', 'Europe/Madrid') b $$,
    $$ VALUES (t.id(1001), 'pending', 1, 3000000::bigint, 'COP', 12000000::bigint, timestamptz '2026-06-02 13:00Z', timestamptz '2026-06-02 13:30Z',
        timestamptz '2026-06-01 12:10Z', t.ref(1001), 'Ana Pérez', 'ana@example.test', '+573001234567', 'https://merchant.example/back', 'wompi',
        'test', 'pub_test_1', 'sealed-private', 'sealed-integrity', 'sealed-events') $$, 'booked at the price of the hold');
SELECT is((SELECT uses FROM kf.booking_link WHERE link_id = t.id(121)), 1, 'the link is used once');
SELECT results_eq($$ SELECT b.booking_id, b.reference, b.customer_name FROM kf.booking_start(t.id(100), t.id(1777), t.id(5777), t.id(1001),
        t.hash('token 1001'), 'Someone Else', 'x@example.test', '+573001234567', '', 'es', NULL) b $$,
    $$ VALUES (t.id(1001), t.ref(1001), 'Ana Pérez') $$, 'sent twice, the first comes back');
SELECT is((SELECT uses FROM kf.booking_link WHERE link_id = t.id(121)), 1, 'and the link is not used again');
SELECT is((SELECT count(*) FROM kf.payment_attempt), 1::bigint, 'nor is there a second attempt');
SELECT is((SELECT state FROM kf.claim WHERE claim_id = t.id(1001)), 'pending', 'the claim waits for the money');
SELECT is((SELECT booking_id FROM kf.hold_read(t.id(100), t.hash('token 1001'))), t.id(1001), 'the hold leads to its booking');
SELECT is(t.refusal('SELECT kf.hold_release(t.id(100), t.id(1001), t.hash(''token 1001''))'), 'KF409', 'and is not released any more');
SELECT is((SELECT (b.token_ok, b.status, b.payment_status, b.hold_alive, b.customer_zone, b.callback_secret_sealed, b.link_public_id, b.version)::text
    FROM kf.booking_read(t.id(100), t.id(1001), t.hash('token 1001')) b), '(t,pending,open,t,Europe/Madrid,sealed-callback,link001,1)', 'read with its token');
SELECT is((SELECT token_ok FROM kf.booking_read(t.id(100), t.id(1001), t.hash('token 1'))), false, 'read with another');
SELECT is((SELECT token_ok FROM kf.booking_read(t.id(100), t.id(1001), NULL)), false, 'read with none');
SELECT is_empty('SELECT * FROM kf.booking_read(t.id(100), t.id(1999), NULL)', 'unknown');
UPDATE kf.service SET price_cents = 12000000 WHERE service_id = t.id(101);

-- Further attempts.
SELECT is(pg_temp.retry(1999, 1001, 6001), 'KF404', 'no such booking');
SELECT is(pg_temp.retry(1001, 1002, 6001), 'KF416', 'another token');
SELECT is((SELECT reference FROM kf.booking_retry(t.id(100), t.id(1001), t.hash('token 1001'), t.id(6001))), t.ref(1001, 2), 'a second reference');
SELECT is((SELECT reference FROM kf.booking_retry(t.id(100), t.id(1001), t.hash('token 1001'), t.id(6001))), t.ref(1001, 2), 'once');
SELECT t.clock('2026-06-01 12:09:59Z');
SELECT is(pg_temp.retry(1001, 1001, 6002), 'ok', 'a second before the end');
SELECT t.clock('2026-06-01 12:10:00Z');
SELECT is(pg_temp.retry(1001, 1001, 6003), 'KF415', 'at the end');
SELECT is((SELECT hold_alive FROM kf.booking_read(t.id(100), t.id(1001), NULL)), false, 'the hold is over');
SELECT t.clock('2026-06-01 12:05Z');
SELECT is(t.pay(1, 'tx1', t.ref(1001, 2), 'DECLINED'), 'recorded', 'declined');
SELECT is(t.status(1, 1001), 'pending open', 'the third attempt is open');
SELECT is(t.pay(1, 'tx2', t.ref(1001, 1), 'APPROVED'), 'applied', 'approved through the first');
SELECT is(t.status(1, 1001), 'paid approved', 'paid');
SELECT is(pg_temp.retry(1001, 1001, 6004), 'KF418', 'paid already');

-- No payment account.
SELECT t.clock('2026-06-01 12:00Z');
SELECT kf.payment_account_limit(t.id(100), 'wompi', 'test', 3000001);
SELECT t.hold(1, 1003, '2026-06-02 16:00Z');
SELECT is(pg_temp.start(1, 1003), 'KF418', 'less than the account takes');
UPDATE kf.payment_account SET active = false;
SELECT is(pg_temp.start(1, 1003), 'KF418', 'no account');
UPDATE kf.payment_account SET active = true, min_cents = 0;
SELECT kf.tenant_suspend(t.id(100), true);
SELECT is(pg_temp.start(1, 1003), 'KF419', 'a suspended tenant');
SELECT kf.tenant_suspend(t.id(100), false);
UPDATE kf.booking_link SET max_uses = 1;
SELECT is(pg_temp.start(1, 1003), 'KF411', 'the link was used up meanwhile');
UPDATE kf.booking_link SET max_uses = NULL;
SELECT is(pg_temp.start(1, 1003), 'ok', 'now it goes');

-- A free service.
SELECT t.hold(1, 1004, '2026-06-02 15:00Z', 2);
SELECT is(t.book(1, 1004), NULL, 'a free one has no reference');
SELECT is(t.status(1, 1004) || ' ' || t.told(1, 1004), 'paid none booking.paid', 'paid, and the merchant told');
SELECT is((SELECT state || coalesce(expires_at::text, '') FROM kf.claim WHERE claim_id = t.id(1004)), 'booked', 'its time is taken for good');
SELECT t.hold(2, 1005, '2026-06-02 15:00Z', 2), t.book(2, 1005);
SELECT is(t.status(2, 1005), 'confirmed none', 'without a callback address confirmed at once');
SELECT is(t.told(2, 1005), NULL, 'and nobody told');
SELECT t.hold(2, 1006, '2026-06-02 16:00Z'), t.book(2, 1006), t.pay(2, 'tx', t.ref(1006), 'APPROVED');
SELECT is(t.status(2, 1006), 'confirmed approved', 'the same when it is paid');

-- History and legal moves.
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT results_eq($$ SELECT version, from_status, to_status, actor FROM kf.booking_history WHERE booking_id = t.id(1001) ORDER BY 1 $$,
    $$ VALUES (1, NULL, 'pending', 'customer'), (2, 'pending', 'paid', 'payment') $$, 'one row for each change');
SELECT is(t.refusal(format('UPDATE kf.booking SET status = %L WHERE booking_id = %L', s, t.id(1001))), 'KF409', 'paid does not become ' || s)
FROM unnest(ARRAY['pending', 'failed', 'expired']) s;
SELECT is(t.refusal('SELECT kf.booking_cancel(t.id(100), t.id(1999), ''merchant'', '''')'), 'KF404', 'no such booking to cancel');
SELECT kf.booking_cancel(t.id(100), t.id(1001), 'merchant', 'ill');
SELECT is(t.status(1, 1001) || ' ' || t.told(1, 1001) || ' ' || t.ledger(1),
    'cancelled refund_due booking.paid booking.cancelled payment.refund_due 3000000=0+0+3000000+0', 'cancelled, the money due back');
SELECT is(t.refusal('SELECT kf.booking_cancel(t.id(100), t.id(1001), ''merchant'', '''')'), 'KF409', 'not twice');
SELECT is(t.hold(1, 1007, '2026-06-02 13:00Z'), t.id(111), 'its time is free');

-- The sweep.
SELECT t.clock('2026-06-01 12:30Z');
SELECT t.hold(1, 1010, '2026-06-03 13:00Z'), t.hold(1, 1011, '2026-06-03 14:00Z'), t.hold(1, 1012, '2026-06-03 15:00Z');
SELECT t.book(1, 1011), t.book(1, 1012), t.pay(1, 'tx9', t.ref(1012), 'DECLINED');
SELECT t.clock('2026-06-01 12:39:59Z');
SELECT * FROM kf.work_sweep(100);
SELECT is(t.status(1, 1011), 'pending open', 'not before its end');
SELECT t.clock('2026-06-01 12:40Z');
SELECT results_eq('SELECT * FROM kf.work_sweep(100)', $$ VALUES (1, 2) $$, 'a hold and two bookings have ended');
SELECT is(t.status(1, 1011), 'expired open', 'never paid');
SELECT is(t.status(1, 1012), 'failed declined', 'declined');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT count(*) FROM kf.claim WHERE state IN ('held', 'pending') AND expires_at <= kf.now()), 0::bigint, 'no live claim is past its end');
SELECT results_eq('SELECT * FROM kf.work_sweep(100)', $$ VALUES (0, 0) $$, 'once');
-- The number of attempts is limited, and a suspended tenant gets none.
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.hold(1, 1060, '2026-06-09 13:00Z'), t.book(1, 1060);
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT kf.tenant_suspend(t.id(100), true);
SELECT is(pg_temp.retry(1060, 1060, 6601), 'KF419', 'no further attempt while suspended');
SELECT kf.tenant_suspend(t.id(100), false);
SELECT is((SELECT array_agg(DISTINCT pg_temp.retry(1060, 1060, 6600 + n)) FROM generate_series(2, 20) n), '{ok}', 'twenty attempts');
SELECT is(pg_temp.retry(1060, 1060, 6620), 'ok', 'the last one again');
SELECT is(pg_temp.retry(1060, 1060, 6621), 'KF418', 'not twenty-one');

SELECT * FROM finish();
ROLLBACK;
