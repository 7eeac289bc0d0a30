-- Money: every course of a payment, and that it always ends in one place.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
SELECT set_config('kf.tenant', t.id(100)::text, true);

-- Booking n at its own hour: held, booked.
CREATE FUNCTION pg_temp.booked(p_n int) RETURNS void LANGUAGE sql AS $$
    SELECT t.hold(1, p_n, timestamptz '2026-06-02 13:00Z' + (p_n / 18) * interval '1 day'
        + (p_n % 18) * interval '30 minutes' + CASE WHEN p_n % 18 >= 8 THEN interval '1 hour' ELSE '0' END);
    SELECT t.book(1, p_n);
$$;
-- Sends statements about one transaction in order; returns their results.
CREATE FUNCTION pg_temp.say(p_n int, p_words text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v text; w text; BEGIN
    FOREACH w IN ARRAY p_words LOOP
        v := concat_ws(' ', v, t.pay(1, 'tx-' || p_n, t.ref(p_n), w));
    END LOOP;
    RETURN v;
END $$;
CREATE FUNCTION pg_temp.ends(p_n int) RETURNS text LANGUAGE sql AS $$
    SELECT format('%s | %s %s %s | %s | %s', t.status(1, p_n), p.status, p.state, p.approved_cents,
        (SELECT c.state FROM kf.claim c JOIN kf.booking b ON b.claim_id = c.claim_id WHERE b.booking_id = t.id(p_n)), t.told(1, p_n))
    FROM kf.payment p WHERE p.booking_id = t.id(p_n)
$$;

-- One statement at a time.
SELECT pg_temp.booked(n) FROM generate_series(1, 7) n;
SELECT is(pg_temp.say(1, '{PENDING}'), 'recorded', 'pending');
SELECT is(pg_temp.ends(1), 'pending pending | PENDING seen 0 | pending | ', 'moves nothing');
SELECT is(pg_temp.say(2, '{DECLINED}'), 'recorded', 'declined');
SELECT is(pg_temp.ends(2), 'pending declined | DECLINED seen 0 | pending | ', 'frees nothing');
SELECT is(pg_temp.say(3, '{ERROR}'), 'recorded', 'error');
SELECT is(pg_temp.ends(3), 'pending declined | ERROR seen 0 | pending | ', 'the same');
SELECT is(pg_temp.say(4, '{APPROVED}'), 'applied', 'approved');
SELECT is(pg_temp.ends(4), 'paid approved | APPROVED applied 3000000 | booked | booking.paid', 'pays');
SELECT is(pg_temp.say(5, '{VOIDED}'), 'refunded', 'voided unseen');
SELECT is(pg_temp.ends(5), 'pending refunded | VOIDED refunded 3000000 | pending | ', 'leaves the booking');
SELECT is(pg_temp.say(6, '{APPROVED,APPROVED,PENDING,DECLINED,ERROR}'), 'applied unchanged unchanged unchanged unchanged', 'after approved only voided counts');
SELECT is(pg_temp.ends(6), 'paid approved | APPROVED applied 3000000 | booked | booking.paid', 'paid once, told once');
SELECT is(pg_temp.say(7, '{APPROVED,VOIDED,VOIDED,APPROVED}'), 'applied refunded unchanged unchanged', 'after voided nothing counts');
SELECT is(pg_temp.ends(7), 'cancelled refunded | VOIDED refunded 3000000 | ended | booking.paid booking.cancelled', 'cancelled, its time free');

-- All orders of the four statements: the money ends the same way, the slot is free in the end.
CREATE TEMP TABLE orders AS
    SELECT 100 + row_number() OVER () AS n, ARRAY[a, b, c, d] AS words
    FROM unnest(ARRAY['PENDING', 'DECLINED', 'APPROVED', 'VOIDED']) a, unnest(ARRAY['PENDING', 'DECLINED', 'APPROVED', 'VOIDED']) b,
         unnest(ARRAY['PENDING', 'DECLINED', 'APPROVED', 'VOIDED']) c, unnest(ARRAY['PENDING', 'DECLINED', 'APPROVED', 'VOIDED']) d
    WHERE a <> b AND a <> c AND a <> d AND b <> c AND b <> d AND c <> d;
SELECT is((SELECT count(*) FROM orders), 24::bigint, 'there are 24 orders');
SELECT pg_temp.booked(n::int) FROM orders;
SELECT pg_temp.say(n::int, words) FROM orders;
SELECT is((SELECT format('%s %s %s', p.status, p.state, p.approved_cents) FROM kf.payment p WHERE p.booking_id = t.id(n::int)),
    'VOIDED refunded 3000000', array_to_string(words, ' ') || ': refunded') FROM orders;
SELECT is(split_part(t.status(1, n::int), ' ', 1),
    CASE WHEN array_position(words, 'APPROVED') < array_position(words, 'VOIDED') THEN 'cancelled' ELSE 'pending' END,
    array_to_string(words, ' ') || ': never paid in the end') FROM orders;
SELECT is((SELECT count(*) FROM kf.booking b JOIN orders ON b.booking_id = t.id(n::int) WHERE b.status IN ('paid', 'confirmed')), 0::bigint,
    'no order ends in a paid booking');

-- A copy of every message, a hundred times.
SELECT pg_temp.booked(150);
SELECT is((SELECT array_agg(DISTINCT x ORDER BY x) FROM generate_series(1, 100) i, LATERAL (SELECT t.pay(1, 'tx-150', t.ref(150), 'APPROVED')
    WHERE i > 0) q(x)), ARRAY['applied', 'unchanged'], 'a hundred copies');
SELECT is(t.told(1, 150), 'booking.paid', 'one message');
SELECT is((SELECT count(*) FROM kf.booking_history WHERE booking_id = t.id(150)), 2::bigint, 'one change');

-- Money that matches nothing is set aside.
SELECT pg_temp.booked(n) FROM generate_series(161, 165) n;
SELECT is(t.pay(1, 'f1', 'tienda-4711', 'APPROVED'), 'foreign', 'what the merchant sells elsewhere is none of our business');
SELECT is((SELECT count(*) FROM kf.payment WHERE provider_tx_id = 'f1'), 0::bigint, 'and leaves no trace');
SELECT is(t.pay(1, 'q1', 'kf-unknown-1', 'APPROVED'), 'quarantined', 'a reference like ours that is not');
SELECT is(t.pay(1, 'q2', t.ref(161), 'APPROVED', 2999900), 'quarantined', 'one peso short');
SELECT is(t.pay(1, 'q3', t.ref(162), 'APPROVED', 3000100), 'quarantined', 'one peso more');
SELECT is(t.pay(1, 'q4', t.ref(163), 'APPROVED', 3000000, 'USD'), 'quarantined', 'another currency');
SELECT results_eq($$ SELECT quarantine_reason, state, approved_cents FROM kf.payment WHERE provider_tx_id LIKE 'q_' ORDER BY provider_tx_id $$,
    $$ VALUES ('reference', 'credit', 3000000::bigint), ('amount', 'credit', 2999900), ('amount', 'credit', 3000100), ('currency', 'credit', 3000000) $$,
    'each with its reason');
SELECT is(t.status(1, 161) || ' / ' || t.status(1, 163), 'pending pending / pending pending', 'the bookings are untouched');
SELECT is(t.pay(1, 'tx-161', t.ref(161), 'APPROVED'), 'applied', 'the right amount still pays');
SELECT is(t.pay(1, 'q2', t.ref(161), 'VOIDED', 2999900), 'refunded', 'what was kept aside can be voided');
-- A genuine transaction resent with another booking's reference.
SELECT is(t.pay(1, 'tx-161', t.ref(164), 'APPROVED'), 'reference_changed', 'an altered reference');
SELECT is(t.status(1, 164), 'pending open', 'does not pay another booking');
SELECT is(t.pay(1, 'q1', t.ref(164), 'APPROVED'), 'reference_changed', 'nor does a quarantined one');
SELECT is(t.pay(2, 'tx-165', t.ref(165), 'APPROVED'), 'quarantined', 'nor one in another tenant');
SELECT is(t.ledger(2), '3000000=0+3000000+0+0', 'where it is kept aside');
SELECT is(t.status(1, 165), 'pending open', 'and the booking is untouched');
SELECT set_config('kf.tenant', t.id(100)::text, true);

-- Another environment, another shop.
CREATE FUNCTION pg_temp.mode(p_tx text, p_ref text, p_mode text) RETURNS text LANGUAGE sql AS $$
    SELECT a.outcome FROM kf.payment_apply(t.id(100), gen_random_uuid(), 'wompi', p_tx, p_ref, 'APPROVED', 3000000, 'COP', 'CARD', true, 'test', p_mode) a
$$;
SELECT is(pg_temp.mode('m1', t.ref(164), 'production'), 'quarantined', 'money of the other environment');
SELECT is((SELECT quarantine_reason FROM kf.payment WHERE provider_tx_id = 'm1'), 'account', 'is kept aside');
SELECT is(pg_temp.mode('m2', t.ref(164), 'test'), 'applied', 'that of this one pays');
SELECT is(pg_temp.mode('m3', 'shop-1234', 'test'), 'foreign', 'a sale of the merchant''s other shop');
SELECT is_empty($$ SELECT 1 FROM kf.payment WHERE provider_tx_id = 'm3' $$, 'leaves no trace');

-- Two approvals.
SELECT pg_temp.booked(170);
SELECT kf.booking_retry(t.id(100), t.id(170), t.hash('token 170'), t.id(9170));
SELECT is(t.pay(1, 'd1', t.ref(170, 1), 'APPROVED') || ' ' || t.pay(1, 'd2', t.ref(170, 2), 'APPROVED') || ' ' || t.pay(1, 'd3', t.ref(170, 1), 'APPROVED'),
    'applied refund_due refund_due', 'one counts, the others go back');
SELECT is(t.told(1, 170), 'booking.paid payment.refund_due payment.refund_due', 'and are told one by one');
SELECT is((SELECT count(*) FROM kf.refund r JOIN kf.payment p USING (tenant_id, payment_id) WHERE p.booking_id = t.id(170) AND r.reason = 'second'), 2::bigint, 'two refunds');
SELECT is(t.status(1, 170), 'paid approved', 'the booking stays paid');
SELECT is(t.pay(1, 'd2', t.ref(170, 2), 'VOIDED'), 'refunded', 'the second is voided');
SELECT is((SELECT r.state FROM kf.refund r JOIN kf.payment p USING (tenant_id, payment_id) WHERE p.provider_tx_id = 'd2'), 'done', 'its refund is done');
SELECT is(t.status(1, 170) || ' ' || t.told(1, 170), 'paid approved booking.paid payment.refund_due payment.refund_due refund.succeeded', 'the booking is not touched');
SELECT kf.refund_result(t.id(100), (SELECT r.refund_id FROM kf.refund r JOIN kf.payment p USING (tenant_id, payment_id) WHERE p.provider_tx_id = 'd3'), 'manual', NULL, 'unsupported');
SELECT results_eq($$ SELECT r.state, r.owner, r.due_at FROM kf.refund r JOIN kf.payment p USING (tenant_id, payment_id) WHERE p.provider_tx_id = 'd3' $$,
    $$ VALUES ('manual', 'merchant', timestamptz '2026-06-03 12:00Z') $$, 'the third is a task with owner and date');
SELECT is((SELECT doc->'refund'->>'owner' FROM kf.payments_list(t.id(100), true, 100) WHERE doc->>'tx_id' = 'd3'), 'merchant', 'and is shown');
SELECT kf.refund_result(t.id(100), (SELECT r.refund_id FROM kf.refund r JOIN kf.payment p USING (tenant_id, payment_id) WHERE p.provider_tx_id = 'd3'), 'done', 'ref', NULL);
SELECT is((SELECT state FROM kf.payment WHERE provider_tx_id = 'd3'), 'refunded', 'until it is done');

-- Late money, the slot still free: before the sweep, after it, after a decline, after an hour.
SELECT pg_temp.booked(n) FROM generate_series(180, 187) n;
SELECT t.pay(1, 'tx-182', t.ref(182), 'DECLINED');
SELECT t.clock('2026-06-01 12:10:01Z');
SELECT is(t.pay(1, 'late-180', t.ref(180), 'APPROVED'), 'applied', 'late, nobody has ended the claim');
SELECT * FROM kf.work_sweep(1000);
SELECT is(t.status(1, 181) || ' ' || t.status(1, 182), 'expired open failed declined', 'the sweep ends the others');
SELECT is(t.pay(1, 'late-181', t.ref(181), 'APPROVED') || ' ' || t.pay(1, 'late-182', t.ref(182), 'APPROVED'), 'applied applied', 'late, the time is free');
SELECT is(t.status(1, 181) || ' ' || t.status(1, 182), 'paid approved paid approved', 'both are paid');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT (c.state, c.expires_at, c.claim_id <> t.id(181))::text FROM kf.claim c JOIN kf.booking b USING (tenant_id, claim_id) WHERE b.booking_id = t.id(181)),
    '(booked,,t)', 'with a claim of its own again');
SELECT results_eq($$ SELECT to_status, reason FROM kf.booking_history WHERE booking_id = t.id(181) ORDER BY version $$,
    $$ VALUES ('pending', ''), ('expired', 'not paid in time'), ('paid', 'approved late') $$, 'as history tells');
-- Late money, another booking has the slot: before and after the sweep.
SELECT is(t.hold(1, 5183, slot_start), t.id(111), 'the time of an expired booking is held by another') FROM kf.booking WHERE booking_id = t.id(183);
SELECT is(t.pay(1, 'late-183', t.ref(183), 'APPROVED'), 'refund_due', 'late, the time is taken');
SELECT is(t.status(1, 183) || ' ' || t.told(1, 183), 'expired refund_due payment.refund_due', 'the money goes back, the merchant knows');
SELECT is((SELECT reason FROM kf.refund r JOIN kf.payment p USING (tenant_id, payment_id) WHERE p.provider_tx_id = 'late-183'), 'slot_taken', 'because of that');
-- Late money, the other's hold has expired too.
SELECT is(t.hold(1, 5184, slot_start), t.id(111), 'held by another') FROM kf.booking WHERE booking_id = t.id(184);
SELECT t.clock('2026-06-01 12:20:02Z');
SELECT is(t.pay(1, 'late-184', t.ref(184), 'APPROVED'), 'applied', 'whose hold is over: taken back');
-- Late money after a cancellation; late money after the start.
SELECT kf.booking_cancel(t.id(100), t.id(180), 'customer', '');
SELECT is(t.pay(1, 'late-180b', t.ref(180), 'APPROVED'), 'refund_due', 'after a cancellation');
SELECT t.clock((SELECT slot_start FROM kf.booking WHERE booking_id = t.id(185)));
SELECT is(t.pay(1, 'late-185', t.ref(185), 'APPROVED'), 'refund_due', 'a time that has begun is not sold');
SELECT t.clock('2026-06-01 12:20:02Z');
SELECT t.pay(1, 'late-186', t.ref(186), 'APPROVED', 1);
SELECT is(t.status(1, 186), 'expired pending', 'late and wrong: kept aside');

-- Late money on a day that is full meanwhile: before the sweep and after it. A valid hold is a place of its own.
SELECT pg_temp.booked(n) FROM generate_series(198, 201) n;
SELECT kf.clock_shift(601);
SELECT set_config('kf.tenant', t.id(100)::text, true);
UPDATE kf.service SET max_per_day = 2 WHERE service_id = t.id(101);
SELECT is(t.hold(1, 5198, b.slot_start, 1, 12), t.id(112), 'one of two places is held') FROM kf.booking b WHERE b.booking_id = t.id(198);
SELECT is(t.pay(1, 'late-198', t.ref(198), 'APPROVED'), 'applied', 'late, the other place is free');
SELECT is(t.pay(1, 'late-199', t.ref(199), 'APPROVED'), 'refund_due', 'late, the day is full');
SELECT is(t.status(1, 199) || ' ' || t.told(1, 199), 'pending refund_due payment.refund_due', 'the money goes back, the merchant knows');
SELECT * FROM kf.work_sweep(1000);
SELECT is(t.pay(1, 'late-200', t.ref(200), 'APPROVED'), 'refund_due', 'after the sweep too');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT string_agg(r.reason, ' ') FROM kf.refund r JOIN kf.payment p USING (tenant_id, payment_id) WHERE p.provider_tx_id IN ('late-199', 'late-200')), 'slot_taken slot_taken', 'as for a time that is taken');
SELECT kf.clock_shift(600);
SELECT is(t.pay(1, 'late-201', t.ref(201), 'APPROVED'), 'applied', 'until the other''s hold is over');
SELECT pg_temp.booked(n) FROM generate_series(216, 217) n;
UPDATE kf.service SET max_per_day = 1 WHERE service_id = t.id(101);
SELECT is(t.pay(1, 'tx-216', t.ref(216), 'APPROVED') || ' ' || t.pay(1, 'tx-217', t.ref(217), 'APPROVED'), 'applied applied', 'in time is in time');
UPDATE kf.service SET max_per_day = NULL WHERE service_id = t.id(101);

-- Nothing is lost.
SELECT is((SELECT bool_and(approved = applied + credit + refund_due + refunded) FROM kf.ledger), true, 'the ledger balances');
SELECT is((SELECT sum(approved)::bigint FROM kf.ledger), (SELECT sum(approved_cents)::bigint FROM kf.payment), 'and holds everything');
SELECT is_empty($$ SELECT p.payment_id FROM kf.payment p LEFT JOIN kf.refund r USING (tenant_id, payment_id)
    WHERE (p.state = 'refund_due') IS DISTINCT FROM coalesce(r.state IN ('due', 'running', 'manual'), false) $$, 'a refund task for all that is due, and no other');
SELECT is_empty($$ SELECT b.booking_id FROM kf.booking b WHERE b.status IN ('paid', 'confirmed') AND b.charge_cents > 0
    AND NOT EXISTS (SELECT FROM kf.payment p WHERE p.booking_id = b.booking_id AND p.state = 'applied' AND p.approved_cents = b.charge_cents) $$, 'nothing is paid without money');
SELECT is_empty($$ SELECT p.payment_id FROM kf.payment p JOIN kf.booking b USING (tenant_id, booking_id)
    WHERE p.state = 'applied' AND b.status NOT IN ('paid', 'confirmed', 'completed', 'no_show') $$, 'no money stays with a booking that is over');
SELECT * FROM finish();
ROLLBACK;
