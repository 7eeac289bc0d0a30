-- Refunds at cancellation: the displayed and the actual amount are the same, at every second around every boundary.
-- Parts add up. A promised policy is kept. The ledger balances in all cases.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1);
SELECT set_config('kf.tenant', t.id(100)::text, true);

-- A paid booking of service 1 under a policy.
CREATE FUNCTION pg_temp.policy(p jsonb, p_service int DEFAULT 1) RETURNS void LANGUAGE sql AS $$
    SELECT kf.service_change(t.id(100), t.id(100 + p_service), NULL, p) $$;
CREATE FUNCTION pg_temp.paid(p_n int, p_start timestamptz, p_amount bigint DEFAULT 3000000, p_service int DEFAULT 1, p_who int DEFAULT 11) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM t.hold(1, p_n, p_start, p_service, p_who), t.book(1, p_n);
    RETURN t.pay(1, 'tx' || p_n, t.ref(p_n), 'APPROVED', p_amount);
END
$$;
CREATE FUNCTION pg_temp.terms(p_n int) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', d->>'percent', d->>'refund_cents', d->>'kept_cents', 'tier', coalesce(d->>'tier_hours', '-'), 'until', coalesce(d->>'until', '-'),
                     'then', coalesce(d->>'next_percent', '-'), d->>'method')
    FROM kf.booking b, kf.refund_terms(b, kf.now()) d WHERE b.booking_id = t.id(p_n) $$;
-- The amount of the customer's page and that of the action by a link, at one instant; everything is rolled back.
CREATE FUNCTION pg_temp.tried(p_n int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_shown bigint;
    v_done text;
BEGIN
    BEGIN
        PERFORM kf.visit_mint(t.id(100), t.id(p_n), 'view', t.hash('try view'), NULL), kf.visit_mint(t.id(100), t.id(p_n), 'cancel', t.hash('try'), NULL);
        v_shown := kf.visit_doc(t.id(100), t.hash('try view'), 'view')->'refund'->'refund_cents';
        IF t.refusal(format($f$SELECT kf.visit_cancel(t.id(100), t.hash('try'), %s, '', t.hash('after'))$f$, v_shown + 1)) <> 'KF421 expected_cents'
           OR t.refusal($f$SELECT kf.visit_cancel(t.id(100), t.hash('try'), NULL, '', t.hash('after'))$f$) <> 'KF421 expected_cents' THEN
            RETURN 'another sum is accepted';
        END IF;
        PERFORM kf.visit_cancel(t.id(100), t.hash('try'), v_shown, '', t.hash('after'));
        v_done := (SELECT concat_ws(' ', p.state, p.returning_cents, coalesce(r.amount_cents, 0)) FROM kf.payment p LEFT JOIN kf.refund r USING (tenant_id, payment_id) WHERE p.booking_id = t.id(p_n));
        RAISE EXCEPTION 'back' USING ERRCODE = 'KF999';
    EXCEPTION WHEN SQLSTATE 'KF999' THEN
        NULL;
    END;
    RETURN v_shown || ' / ' || coalesce(v_done, '');
END
$$;

-- Every boundary at -1 s, 0, +1 s.
SELECT pg_temp.policy('{"cancel_tiers":[{"hours":48,"percent":100},{"hours":24,"percent":50},{"hours":2,"percent":10}]}');
SELECT is(pg_temp.paid(1001, '2026-06-10 15:00Z'), 'applied', 'paid');
SELECT is(pg_temp.terms(1001), '100 3000000 0 tier 48 until 2026-06-08T15:00:00Z then 50 provider', 'all of it, until when, and what then');
CREATE TEMP TABLE edge (at timestamptz, want text);
INSERT INTO edge VALUES ('2026-06-08 14:59:59Z', '3000000 / refund_due 0 3000000'), ('2026-06-08 15:00:00Z', '3000000 / refund_due 0 3000000'),
    ('2026-06-08 15:00:01Z', '1500000 / applied 1500000 1500000'),
    ('2026-06-09 14:59:59Z', '1500000 / applied 1500000 1500000'), ('2026-06-09 15:00:00Z', '1500000 / applied 1500000 1500000'), ('2026-06-09 15:00:01Z', '300000 / applied 300000 300000'),
    ('2026-06-10 12:59:59Z', '300000 / applied 300000 300000'), ('2026-06-10 13:00:00Z', '300000 / applied 300000 300000'), ('2026-06-10 13:00:01Z', '0 / applied 0 0'),
    ('2026-06-10 14:59:59Z', '0 / applied 0 0');
CREATE FUNCTION pg_temp.at(p_at timestamptz, p_n int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM t.clock(p_at);
    RETURN pg_temp.tried(p_n);
END
$$;
SELECT is(pg_temp.at(at, 1001), want, 'shown and done at ' || at) FROM edge ORDER BY at;
SELECT is((SELECT concat_ws(' ', status, version) FROM kf.booking WHERE booking_id = t.id(1001)), 'paid 2', '(nothing of that stayed)');
SELECT t.clock('2026-06-10 15:00Z');
SELECT is(pg_temp.terms(1001), '0 0 3000000 tier - until - then - none', 'begun: nothing');
SELECT kf.visit_mint(t.id(100), t.id(1001), 'cancel', t.hash('late'), 60);
SELECT is(t.refusal($$SELECT kf.visit_cancel(t.id(100), t.hash('late'), 0, '', t.hash('x'))$$), 'KF416', 'and no customer cancels');

-- Rules: a retained deposit, all that was paid, none of it, no tiers, the oldest bookings.
SELECT t.clock('2026-06-01 12:00Z');
SELECT pg_temp.policy('{"cancel_tiers":[{"hours":24,"percent":100}],"deposit_rule":"kept"}'), pg_temp.paid(1002, '2026-06-10 16:00Z');
SELECT is(pg_temp.terms(1002), '0 0 3000000 tier - until - then - none', 'a deposit that is kept');
SELECT pg_temp.policy('{"cancel_tiers":[{"hours":24,"percent":100}],"deposit_rule":"kept"}', 3), pg_temp.paid(1003, '2026-06-10 20:00Z', 9500000, 3);
SELECT is(pg_temp.terms(1003), '100 9500000 0 tier 24 until 2026-06-09T20:00:00Z then 0 provider', 'the whole price is no deposit');
SELECT pg_temp.policy('{"cancel_tiers":[],"deposit_rule":"tiers"}'), pg_temp.paid(1004, '2026-06-11 13:00Z');
SELECT is(pg_temp.terms(1004), '0 0 3000000 tier - until - then - none', 'no tiers: nothing');
SELECT pg_temp.policy('{"cancel_tiers":[{"hours":0,"percent":33}]}'), pg_temp.paid(1005, '2026-06-11 14:00Z');
SELECT is(pg_temp.terms(1005), '33 990000 2010000 tier 0 until 2026-06-11T14:00:00Z then 0 provider', 'until the start');
SELECT pg_temp.policy('{"cancel_tiers":[{"hours":24,"percent":100}]}'), pg_temp.paid(1006, '2026-06-11 15:00Z');
UPDATE kf.payment SET can_void = false WHERE provider_tx_id = 'tx1006';
SELECT is(pg_temp.terms(1006), '100 3000000 0 tier 24 until 2026-06-10T15:00:00Z then 0 provider', 'what cannot be voided: the provider is asked too');
SELECT t.hold(1, 1007, '2026-06-11 16:00Z', 2), t.book(1, 1007);
SELECT is(pg_temp.terms(1007), '100 0 0 tier 24 until 2026-06-10T16:00:00Z then 0 none', 'nothing was paid, nothing goes back');
SELECT is(pg_temp.tried(1007), '0 / ', 'a free one is cancelled all the same');
UPDATE kf.booking SET terms = terms - 'policy' WHERE booking_id = t.id(1005);
SELECT is(pg_temp.terms(1005), '100 3000000 0 tier 0 until 2026-06-11T14:00:00Z then 0 provider', 'of one that was promised nothing all goes back until the start');
SELECT is(pg_temp.at('2026-06-11 13:59:59Z', 1005), '3000000 / refund_due 0 3000000', 'to its last second');
SELECT t.clock('2026-06-11 14:00Z');
SELECT is(pg_temp.terms(1005), '0 0 3000000 tier - until - then - none', 'begun is begun');

-- A promised policy is kept.
SELECT t.clock('2026-06-01 12:00Z');
CREATE TEMP TABLE was AS SELECT b.booking_id, kf.booking_doc(t.id(100), b.booking_id) - 'history' AS doc FROM kf.booking b;
SELECT pg_temp.policy('{"cancel_tiers":[{"hours":1000,"percent":1}],"deposit_rule":"kept","no_show_rule":"refund","move_until_hours":500,"move_most":0}', s) FROM generate_series(1, 3) s;
SELECT ok((SELECT count(*) = 7 FROM was), 'seven bookings');
SELECT is_empty($$ SELECT w.booking_id FROM was w WHERE w.doc <> kf.booking_doc(t.id(100), w.booking_id) - 'history' $$, 'another policy changes no booking that is there');
SELECT pg_temp.paid(1008, '2026-06-11 18:00Z');
SELECT is(kf.booking_doc(t.id(100), t.id(1008))->'policy', '{"tiers":[{"hours":1000,"percent":1}],"deposit_rule":"kept","no_show_rule":"refund","move_until_hours":500,"move_most":0}'::jsonb,
    'and counts for the next one');

-- Ten thousand prices and percentages: whole cents, nothing lost, half a cent goes to the customer.
CREATE TEMP TABLE money (cents bigint, percent int, refund bigint, kept bigint);
CREATE FUNCTION pg_temp.random_money() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    b kf.booking;
    d jsonb;
    v_cents bigint;
    v_percent int;
BEGIN
    SELECT * INTO b FROM kf.booking WHERE booking_id = t.id(1001);
    FOR i IN 1..10000 LOOP
        v_cents := CASE i % 4 WHEN 0 THEN 1 + floor(random() * 300) WHEN 1 THEN floor(random() * 1e6) + 1 WHEN 2 THEN floor(random() * 1e12) + 1 ELSE floor(random() * 1e9) * 100 + 50 END;
        v_percent := floor(random() * 101);
        UPDATE kf.payment SET amount_cents = v_cents, approved_cents = v_cents WHERE provider_tx_id = 'tx1001';
        b.price_cents := v_cents;
        b.charge_cents := v_cents;
        b.terms := jsonb_set(b.terms, '{policy,tiers}', jsonb_build_array(jsonb_build_object('hours', 1, 'percent', v_percent)));
        d := kf.refund_terms(b, kf.now());
        INSERT INTO money VALUES (v_cents, v_percent, (d->>'refund_cents')::bigint, (d->>'kept_cents')::bigint);
    END LOOP;
END
$$;
SAVEPOINT money;
SELECT pg_temp.random_money();
SELECT is((SELECT count(*) FROM money), 10000::bigint, 'ten thousand');
SELECT is_empty('SELECT * FROM money WHERE refund + kept <> cents OR refund < 0 OR kept < 0', 'the parts add up to the cent');
SELECT is_empty('SELECT * FROM money WHERE refund <> round(cents::numeric * percent / 100)', 'rounded half up');
SELECT ok((SELECT bool_or(percent = 0) AND bool_or(percent = 100) AND count(*) FILTER (WHERE cents * percent % 100 = 50) > 50 FROM money), '(edges were among them)');
ROLLBACK TO money;

-- The course of a partial refund: the ledger in every state, the messages, the page.
SELECT pg_temp.policy('{"cancel_tiers":[{"hours":24,"percent":50}],"deposit_rule":"tiers","move_most":2,"move_until_hours":12,"no_show_rule":"keep"}', s) FROM generate_series(1, 3) s;
SELECT t.tenant(2);
CREATE FUNCTION pg_temp.balance() RETURNS text LANGUAGE sql AS $$ SELECT t.ledger(1) $$;
CREATE TEMP TABLE start AS SELECT l.* FROM kf.ledger l;
CREATE FUNCTION pg_temp.since() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', l.approved - s.approved, '=', l.applied - s.applied, l.credit - s.credit, l.refund_due - s.refund_due, l.refunded - s.refunded) FROM kf.ledger l, start s $$;
SELECT set_config('kf.tenant', t.id(100)::text, true);
DELETE FROM start; INSERT INTO start SELECT * FROM kf.ledger;
SELECT pg_temp.paid(1010, '2026-06-12 13:00Z');
SELECT is(pg_temp.since(), '3000000 = 3000000 0 0 0', 'paid: applied');
SELECT kf.booking_cancel(t.id(100), t.id(1010), 'customer', '', 'policy');
SELECT is(pg_temp.since(), '3000000 = 1500000 0 1500000 0', 'half of it is due');
SELECT is(t.status(1, 1010) || ': ' || t.told(1, 1010), 'cancelled refund_due: booking.paid booking.cancelled payment.refund_due', 'in order');
SELECT is((SELECT jsonb_agg(o.facts->'refund' ORDER BY o.version) FROM kf.outbox o WHERE o.booking_id = t.id(1010) AND o.event <> 'booking.paid'),
    '[{"amount_cents":1500000,"currency":"COP","state":"due","reason":"cancelled"},{"amount_cents":1500000,"currency":"COP","state":"due","reason":"cancelled"}]'::jsonb, 'with the sum');
SELECT is((SELECT (r.amount_cents, r.reason, r.state)::text FROM kf.refund r JOIN kf.payment p USING (tenant_id, payment_id) WHERE p.booking_id = t.id(1010)), '(1500000,cancelled,due)', 'one task for the part');
SELECT is((SELECT sequence FROM kf.booking WHERE booking_id = t.id(1010)), 1, 'a cancelled event is a later one');
CREATE FUNCTION pg_temp.result(p_n int, p_word text) RETURNS text LANGUAGE sql AS $$
    SELECT kf.refund_result(t.id(100), (SELECT r.refund_id FROM kf.refund r JOIN kf.payment p USING (tenant_id, payment_id) WHERE p.booking_id = t.id(p_n)), p_word, 'ref', NULL); SELECT pg_temp.since() $$;
SELECT is(pg_temp.result(1010, 'pending'), '3000000 = 1500000 0 1500000 0', 'on its way');
SELECT is(pg_temp.result(1010, 'manual'), '3000000 = 1500000 0 1500000 0', 'by hand');
SELECT is((SELECT doc->>'returning_cents' FROM kf.payments_list(t.id(100), true, 10) WHERE doc->>'tx_id' = 'tx1010'), '1500000', 'it waits for somebody');
SELECT is(pg_temp.result(1010, 'done'), '3000000 = 1500000 0 0 1500000', 'arrived: the rest stays');
SELECT is((SELECT count(*) FROM kf.payments_list(t.id(100), true, 10) WHERE doc->>'tx_id' = 'tx1010'), 0::bigint, 'and for nobody any more');
SELECT is(pg_temp.result(1010, 'done'), '3000000 = 1500000 0 0 1500000', 'once');
SELECT is((SELECT (state, returning_cents, returned_cents)::text FROM kf.payment WHERE provider_tx_id = 'tx1010'), '(applied,0,1500000)', 'written down so');
SELECT is(t.status(1, 1010) || ': ' || t.told(1, 1010), 'cancelled refunded: booking.paid booking.cancelled payment.refund_due refund.succeeded', 'told');
SELECT is(t.pay(1, 'tx1010', t.ref(1010), 'VOIDED'), 'refunded', 'the provider takes back all of it after that');
SELECT is(pg_temp.since(), '3000000 = 0 0 0 3000000', 'then all of it is back, and no part counts twice');
SELECT is(t.pay(1, 'tx1010', t.ref(1010), 'APPROVED'), 'unchanged', 'a late copy changes nothing');

-- Voided while a partial refund is pending; before it is known; the table refuses a part of a part.
DELETE FROM start; INSERT INTO start SELECT * FROM kf.ledger;
SELECT pg_temp.paid(1011, '2026-06-12 14:00Z'), kf.booking_cancel(t.id(100), t.id(1011), 'customer', '', 'policy');
SELECT is(t.pay(1, 'tx1011', t.ref(1011), 'VOIDED') || ' ' || pg_temp.since(), 'refunded 3000000 = 0 0 0 3000000', 'voided while a part is due');
SELECT is((SELECT r.state FROM kf.refund r JOIN kf.payment p USING (tenant_id, payment_id) WHERE p.booking_id = t.id(1011)), 'done', 'nothing is left to do');
SELECT is(pg_temp.result(1011, 'done') , '3000000 = 0 0 0 3000000', 'the worker that comes later changes nothing');
SELECT is(t.told(1, 1011), 'booking.paid booking.cancelled payment.refund_due refund.succeeded', 'told once');
SELECT pg_temp.paid(1012, '2026-06-12 15:00Z'), kf.booking_cancel(t.id(100), t.id(1012), 'merchant', '', 'none');
SELECT is((SELECT (p.state, p.returning_cents, (SELECT count(*) FROM kf.refund r WHERE r.payment_id = p.payment_id))::text FROM kf.payment p WHERE p.provider_tx_id = 'tx1012'), '(applied,0,0)', 'none: it stays');
SELECT is(t.told(1, 1012), 'booking.paid booking.cancelled', 'and nobody hears of a refund');
SELECT is(t.refusal($$UPDATE kf.payment SET returning_cents = approved_cents + 1 WHERE provider_tx_id = 'tx1012'$$), '23514', 'no more goes back than came');
SELECT is(t.refusal($$UPDATE kf.payment SET returning_cents = 1 WHERE provider_tx_id = 'tx1011'$$), '23514', 'nor a part of what is back');
SELECT is(t.pay(1, 'tx1012', t.ref(1012), 'VOIDED'), 'refunded', 'money that stayed is taken back by the provider');
SELECT is(t.told(1, 1012), 'booking.paid booking.cancelled refund.succeeded', 'that is told');
SELECT is((SELECT count(*) FROM kf.ledger WHERE approved <> applied + credit + refund_due + refunded), 0::bigint, 'the books balance');
-- A second payment of a booking that was cancelled with a retained part is refunded in full.
SELECT pg_temp.paid(1013, '2026-06-12 16:00Z'), kf.booking_cancel(t.id(100), t.id(1013), 'customer', '', 'policy');
SELECT is(t.pay(1, 'tx1013b', t.ref(1013), 'APPROVED'), 'refund_due', 'a second approval');
SELECT is((SELECT string_agg(concat_ws(' ', p.state, p.returning_cents, r.amount_cents), ', ' ORDER BY p.provider_tx_id) FROM kf.payment p JOIN kf.refund r USING (tenant_id, payment_id) WHERE p.booking_id = t.id(1013)),
    'applied 1500000 1500000, refund_due 0 3000000', 'all of that');
SELECT is(kf.payment_word(b), 'refund_due', 'still owed') FROM kf.booking b WHERE b.booking_id = t.id(1013);

-- The merchant decides the refund, and sees the amount before.
SELECT pg_temp.paid(1020 + i, timestamptz '2026-06-13 13:00Z' + i * interval '1 hour') FROM generate_series(0, 3) i;
SELECT is((kf.booking_doc(t.id(100), t.id(1020)))->'refund'->>'refund_cents', '1500000', 'shown to the merchant too');
SELECT is(t.refusal(format('SELECT kf.booking_cancel_by(%L, %L, NULL, %L)', t.id(100), t.id(1020), p)), f, p) FROM (VALUES
    ('{"refund":"some"}', 'KF422 refund'), ('{"refund":"policy","expected_cents":1}', 'KF421 expected_cents'), ('{"expected_cents":1500000}', 'KF421 expected_cents'),
    ('{"refund":"none","expected_cents":1500000}', 'KF421 expected_cents'), ('{"tell":"no"}', 'KF422 tell'), ('{"expected_cents":-1}', 'KF422 expected_cents'), ('{"percent":50}', 'KF422 percent')) x(p, f);
CREATE FUNCTION pg_temp.by(p_n int, p jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', d->>'status', d->'payments'->0->>'state', d->'payments'->0->>'returning_cents', d->'refunds'->0->>'amount_cents') FROM kf.booking_cancel_by(t.id(100), t.id(p_n), NULL, p) d $$;
SELECT is(pg_temp.by(1020, '{"refund":"policy","expected_cents":1500000}'), 'cancelled applied 1500000 1500000', 'by the policy');
SELECT is(pg_temp.by(1021, '{"refund":"none","expected_cents":0,"tell":false}'), 'cancelled applied 0', 'none');
SELECT is(pg_temp.by(1022, '{"refund":"all","expected_cents":3000000}'), 'cancelled refund_due 0 3000000', 'all');
SELECT is(pg_temp.by(1023, '{}'), 'cancelled refund_due 0 3000000', 'all, when not said');

-- No-shows, marked and unmarked.
SELECT pg_temp.policy('{"no_show_rule":"refund"}'), pg_temp.paid(1030, '2026-06-14 13:00Z'), pg_temp.policy('{"no_show_rule":"keep"}'), pg_temp.paid(1031, '2026-06-14 14:00Z');
SELECT pg_temp.paid(1032, '2026-06-14 15:00Z'), pg_temp.paid(1033, '2026-06-14 16:00Z');
SELECT t.clock('2026-06-14 18:00Z');
SELECT set_config('kf.tenant', t.id(100)::text, true);
CREATE FUNCTION pg_temp.mark(p_n int, p_status text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', d->>'status', d->'payments'->0->>'state', d->'refunds'->0->>'reason', d->'refunds'->0->>'amount_cents') FROM kf.booking_mark(t.id(100), t.id(p_n), NULL, jsonb_build_object('status', p_status)) d $$;
SELECT is(pg_temp.mark(1030, 'no_show'), 'no_show refund_due no_show 3000000', 'who did not come gets it back, where that was promised');
SELECT is(t.told(1, 1030), 'booking.paid payment.refund_due', 'told');
SELECT is(pg_temp.mark(1030, 'completed') || ', ' || pg_temp.mark(1030, 'no_show'), 'completed refund_due no_show 3000000, no_show refund_due no_show 3000000', 'once, whatever is marked');
SELECT is(pg_temp.mark(1031, 'no_show'), 'no_show applied', 'elsewhere it is kept');
CREATE FUNCTION pg_temp.sweep(p_at timestamptz) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM t.clock(p_at), kf.work_sweep(100);
    PERFORM set_config('kf.tenant', t.id(100)::text, true);
    RETURN (SELECT string_agg(b.status, ' ' ORDER BY b.booking_id) FROM kf.booking b WHERE b.booking_id IN (t.id(1032), t.id(1033)));
END
$$;
SELECT is(pg_temp.sweep('2026-06-16 15:29:59Z'), 'paid paid', 'two days after its end, less a second');
SELECT is(pg_temp.sweep('2026-06-16 15:30:00Z'), 'completed paid', 'two days: completed');
UPDATE kf.tenant SET complete_after_hours = NULL WHERE tenant_id = t.id(100);
SELECT is(pg_temp.sweep('2026-06-20 12:00Z'), 'completed paid', 'never, where the business says so');
UPDATE kf.tenant SET complete_after_hours = 720 WHERE tenant_id = t.id(100);
SELECT is(pg_temp.sweep('2026-06-20 12:00Z'), 'completed paid', 'not before a month, where that is said');
SELECT is((SELECT (h.actor, h.from_status, h.reason)::text FROM kf.booking_history h WHERE h.booking_id = t.id(1032) AND h.to_status = 'completed'), '(system,paid,"nobody said otherwise")', 'by nobody');
SELECT is(pg_temp.mark(1032, 'no_show'), 'no_show applied', 'and the merchant may still say otherwise');
SELECT pg_temp.paid(1034, '2026-06-21 13:00Z');
SELECT set_config('kf.tenant', t.id(100)::text, true);
UPDATE kf.tenant SET complete_after_hours = 1 WHERE tenant_id = t.id(100);
SELECT is(pg_temp.sweep('2026-06-21 15:00Z'), 'no_show completed', 'sooner, where that is said');
SELECT is((SELECT b.status || ' ' || c.state FROM kf.booking b JOIN kf.claim c USING (tenant_id, claim_id) WHERE b.booking_id = t.id(1034)), 'completed booked', 'and still one of its day''s maximum');
SELECT is((SELECT count(*) FROM kf.ledger WHERE approved <> applied + credit + refund_due + refunded), 0::bigint, 'the books balance');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
