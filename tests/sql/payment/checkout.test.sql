-- A checkout that the provider makes by a call: one for each attempt, however often it is asked for.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
SELECT set_config('kf.tenant', t.id(100)::text, true);

CREATE FUNCTION pg_temp.booked(p_n int) RETURNS void LANGUAGE sql AS $$
    SELECT t.hold(1, p_n, timestamptz '2026-06-02 13:00Z' + p_n * interval '30 minutes');
    SELECT t.book(1, p_n);
$$;
CREATE FUNCTION pg_temp.begin(p_n int, p_return text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', b.reference, b.amount_cents, b.return_url, b.checkout_url, b.provider, b.private_key_sealed)
    FROM kf.checkout_begin(t.id(100), t.id(p_n), p_return) b
$$;
CREATE FUNCTION pg_temp.retry(p_n int, p_attempt int) RETURNS text LANGUAGE sql AS $$
    SELECT r.reference FROM kf.booking_retry(t.id(100), t.id(p_n), t.hash('token ' || p_n), t.id(p_attempt)) r
$$;
SELECT pg_temp.booked(n) FROM generate_series(1, 7) n;

-- Before the call, after it, and again.
SELECT is(pg_temp.begin(1, 'https://a/1'), t.ref(1) || ' 3000000 https://a/1 wompi sealed-private', 'what the call says');
SELECT is(pg_temp.begin(1, 'https://b/1'), t.ref(1) || ' 3000000 https://a/1 wompi sealed-private', 'a repeated call says the same, wherever it comes from');
SELECT is((SELECT b.expires_at FROM kf.checkout_begin(t.id(100), t.id(1), '') b), (SELECT hold_expires_at FROM kf.booking WHERE booking_id = t.id(1)), 'until the hold ends');
SELECT is(kf.checkout_stored(t.id(100), 'wompi', t.ref(1), 'c1', 'https://pay/1'), 'https://pay/1', 'stored');
SELECT is(kf.checkout_stored(t.id(100), 'wompi', t.ref(1), 'c2', 'https://pay/2'), 'https://pay/1', 'the first one stays');
SELECT is((SELECT checkout_id FROM kf.payment_attempt WHERE attempt_id = t.id(1)), 'c1', 'with its id');
SELECT is(pg_temp.begin(1, 'https://b/1'), t.ref(1) || ' 3000000 https://a/1 https://pay/1 wompi sealed-private', 'no call is needed any more');
SELECT is(kf.checkout_stored(t.id(200), 'wompi', t.ref(1), 'c3', 'https://pay/3'), NULL, 'not by another business');
SELECT is((SELECT count(*) FROM kf.checkout_begin(t.id(200), t.id(1), 'https://b/1')), 0::bigint, 'nor read by it');

-- What a retry does: the same attempt while its checkout stands.
SELECT is(pg_temp.retry(2, 102), t.ref(2, 2), 'no call was begun: a further attempt');
SELECT is(pg_temp.begin(2, 'https://a/2'), t.ref(2, 2) || ' 3000000 https://a/2 wompi sealed-private', 'the newest attempt is called for');
SELECT is(pg_temp.retry(2, 103), t.ref(2, 2), 'begun and not answered: the same');
SELECT is(pg_temp.retry(2, 103), t.ref(2, 2), 'again');
SELECT kf.checkout_stored(t.id(100), 'wompi', t.ref(2, 2), 'c', 'https://pay/2');
SELECT is(pg_temp.retry(2, 104), t.ref(2, 2), 'made and not paid: the same');
SELECT t.pay(1, 'tx-2', t.ref(2, 2), 'DECLINED');
SELECT is(pg_temp.retry(2, 105), t.ref(2, 3), 'declined: a further attempt');
SELECT pg_temp.begin(3, 'https://a/3');
SELECT kf.payment_account_put(t.id(100), 'wompi', 'production', 'pub', 'p', 'i', 'e', 'hook-of-production-1');
SELECT is(pg_temp.retry(3, 106), t.ref(3, 2), 'another account is active: a further attempt');
SELECT is(pg_temp.begin(3, 'https://a/3'), t.ref(3, 2) || ' 3000000 https://a/3 wompi p', 'with its keys');
SELECT kf.payment_account_put(t.id(100), 'wompi', 'test', 'pub', 'sealed-private', 'i', 'e', 'hook-of-tenant-number-1');

-- Nothing is to be paid any more.
SELECT t.pay(1, 'tx-4', t.ref(4), 'APPROVED');
SELECT is((SELECT count(*) FROM kf.checkout_begin(t.id(100), t.id(4), 'https://a/4')), 0::bigint, 'paid meanwhile');
SELECT is(kf.checkout_stored(t.id(100), 'wompi', t.ref(4), 'c', 'https://pay/4'), NULL, 'paid during the call: nobody is sent on');
SELECT is((SELECT checkout_url FROM kf.payment_attempt WHERE attempt_id = t.id(4)), 'https://pay/4', 'but it is stored');

-- The poller asks about the checkout first.
UPDATE kf.payment_attempt SET tx_hint = 'payer-said' WHERE attempt_id IN (t.id(1), t.id(5));
SELECT t.clock('2026-06-01 12:02Z');
SELECT is((SELECT string_agg(w.tx_hint, ' ' ORDER BY w.tx_hint) FROM kf.work_polls(100, 60) w WHERE w.attempt_id IN (t.id(1), t.id(5))), 'c1 payer-said', 'the poller asks about the checkout, else about what the payer named');

SELECT * FROM finish();
ROLLBACK;
