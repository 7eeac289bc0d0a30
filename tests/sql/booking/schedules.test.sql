-- Random schedules (:schedules of them) of holds, bookings, provider events, sweeps, refunds, callbacks, moves,
-- cancellations of every kind and shifts of the clock. After each: the ledgers balance, nothing overlaps, no state is
-- invalid. Each schedule commits, so that dead rows can be vacuumed on the way.
SELECT plan(13);
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
SELECT count(kf.service_change(t.id(n * 100), t.id(n * 100 + s), NULL, '{"cancel_tiers":[{"hours":24,"percent":67},{"hours":20,"percent":33}],"move_most":3,"move_until_hours":0}'))
FROM generate_series(1, 2) n, generate_series(1, 3) s;
SELECT count(kf.link_change(t.id(n * 100), t.id(n * 100 + 21), NULL, '{"max_uses":1000000}')) FROM generate_series(1, 2) n;

CREATE TEMP TABLE done (op text, answer text, n bigint DEFAULT 1, PRIMARY KEY (op, answer));
CREATE TEMP TABLE wrong (schedule int, what text);

CREATE FUNCTION pg_temp.any_of(p text[]) RETURNS text LANGUAGE sql AS $$ SELECT p[1 + floor(random() * cardinality(p))::int] $$;

-- One random action on one of the schedule's few slots and bookings; returns its result.
CREATE FUNCTION pg_temp.act(p_base int, p_op text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_n int := 1 + floor(random() * 2)::int;
    v_i int := p_base + floor(random() * 6)::int;
    v_start timestamptz := date_trunc('hour', kf.now()) + interval '1 day'
        + ((13 - extract(hour FROM kf.now())::int) + floor(random() * 3)::int) * interval '1 hour' + floor(random() * 4)::int * interval '15 minutes';
    v_ref text := t.ref(v_i * 10 + v_n, 1 + floor(random() * 2)::int);
    v_row record;
    v_word text;
BEGIN
    PERFORM set_config('kf.tenant', t.id(v_n * 100)::text, true);
    v_i := v_i * 10 + v_n;
    IF p_op IN ('book', 'retry', 'pay', 'release', 'cancel', 'visit', 'move') AND random() < 0.9 THEN
        -- mostly an existing one
        v_i := coalesce((SELECT right(c.claim_id::text, 12)::int FROM kf.claim c
            WHERE c.created_at > kf.now() - interval '12 hours' AND c.claim_id < t.id(100000000)
              AND (p_op = 'book') = (c.state = 'held') ORDER BY random() LIMIT 1), v_i);
    END IF;
    CASE p_op
    WHEN 'hold' THEN
        RETURN CASE WHEN t.hold(v_n, v_i, v_start, 1 + floor(random() * 3)::int, CASE WHEN random() < 0.3 THEN NULL ELSE 11 + (random() < 0.3)::int END,
            600, CASE WHEN random() < 0.3 THEN (p_base + floor(random() * 6)::int) * 10 + v_n END) IS NULL THEN 'none' ELSE 'held' END;
    WHEN 'book' THEN
        RETURN CASE WHEN t.book(v_n, v_i) IS NULL THEN 'free' ELSE 'booked' END;
    WHEN 'retry' THEN
        RETURN (SELECT 'retried' FROM kf.booking_retry(t.id(v_n * 100), t.id(v_i), t.hash('token ' || v_i), gen_random_uuid()));
    WHEN 'pay' THEN
        SELECT a.amount_cents, a.reference INTO v_row FROM kf.payment_attempt a WHERE a.booking_id = t.id(v_i) ORDER BY random() LIMIT 1;
        RETURN t.pay(v_n, 'tx-' || v_i || '-' || floor(random() * 2)::int, coalesce(v_row.reference, 'kf-nobody'),
            pg_temp.any_of('{PENDING,DECLINED,APPROVED,APPROVED,APPROVED,VOIDED,ERROR}'),
            coalesce(v_row.amount_cents, 3000000) + (random() < 0.1)::int, CASE WHEN random() < 0.05 THEN 'USD' ELSE 'COP' END);
    WHEN 'late' THEN
        SELECT b.charge_cents, b.booking_id INTO v_row FROM kf.booking b WHERE b.status = 'pending' AND b.charge_cents > 0 LIMIT 1;
        IF NOT FOUND THEN RETURN 'none'; END IF;
        PERFORM kf.clock_shift(601);
        RETURN pg_temp.act(p_base, pg_temp.any_of('{sweep,hold,hold,poll}')) || ' ' || t.pay(v_n, 'late-' || v_row.booking_id,
            'kf-' || replace(v_row.booking_id::text, '-', '') || '-1', 'APPROVED', v_row.charge_cents);
    WHEN 'sweep' THEN
        PERFORM kf.claim_sweep(100);
        RETURN (SELECT CASE WHEN holds + bookings > 0 THEN 'swept' ELSE 'clean' END FROM kf.work_sweep(100));
    WHEN 'shift' THEN
        PERFORM kf.clock_shift(floor(random() * 700)::int);
        RETURN 'shifted';
    WHEN 'release' THEN
        PERFORM kf.hold_release(t.id(v_n * 100), t.id(v_i), t.hash('token ' || v_i));
        RETURN 'released';
    WHEN 'cancel' THEN
        -- the reason contains the refund
        v_word := pg_temp.any_of('{all,policy,policy,none}');
        PERFORM kf.booking_cancel(t.id(v_n * 100), t.id(v_i), 'merchant', v_word, v_word);
        RETURN v_word;
    WHEN 'visit' THEN
        SELECT kf.refund_terms(b, kf.now())->>'refund_cents' INTO v_word FROM kf.booking b WHERE b.booking_id = t.id(v_i);
        PERFORM kf.visit_mint(t.id(v_n * 100), t.id(v_i), 'cancel', t.hash('visit ' || random()), NULL);
        PERFORM kf.visit_cancel(t.id(v_n * 100), (SELECT x.token_hash FROM kf.visit_token x WHERE x.booking_id = t.id(v_i) AND x.purpose = 'cancel' AND x.used_at IS NULL LIMIT 1),
            v_word::bigint, 'policy', t.hash('after ' || random()));
        RETURN CASE v_word WHEN '0' THEN 'nothing' ELSE 'money' END;
    WHEN 'move' THEN
        IF random() < 0.5 THEN
            RETURN CASE WHEN kf.booking_move_by(t.id(v_n * 100), t.id(v_i), NULL, jsonb_build_object('start', kf.iso(v_start), 'professional', t.id(v_n * 100 + 11 + (random() < 0.3)::int))) IS NULL
                THEN 'none' ELSE 'moved' END;
        END IF;
        PERFORM kf.visit_mint(t.id(v_n * 100), t.id(v_i), 'move', t.hash('visit ' || random()), NULL);
        PERFORM kf.visit_move(t.id(v_n * 100), (SELECT x.token_hash FROM kf.visit_token x WHERE x.booking_id = t.id(v_i) AND x.purpose = 'move' AND x.used_at IS NULL LIMIT 1), v_start, NULL,
            t.hash('after ' || random()));
        RETURN 'moved by link';
    WHEN 'refund' THEN
        SELECT r.tenant_id, r.refund_id INTO v_row FROM kf.work_refunds(1, 60) r;
        IF NOT FOUND THEN RETURN 'none'; END IF;
        PERFORM kf.refund_result(v_row.tenant_id, v_row.refund_id, pg_temp.any_of('{done,pending,manual,retry}'), NULL, NULL);
        RETURN 'worked';
    WHEN 'message' THEN
        SELECT m.tenant_id, m.message_id INTO v_row FROM kf.work_messages(1, 60, 4) m;
        IF NOT FOUND THEN RETURN 'none'; END IF;
        RETURN (SELECT state FROM kf.message_result(v_row.tenant_id, v_row.message_id, CASE WHEN random() < 0.6 THEN 200 ELSE 500 END, 1, '', NULL, '', 0, 0));
    WHEN 'poll' THEN
        SELECT a.tenant_id, a.attempt_id INTO v_row FROM kf.work_polls(1, 60) a;
        IF NOT FOUND THEN RETURN 'none'; END IF;
        PERFORM kf.poll_result(v_row.tenant_id, v_row.attempt_id, 0, false, NULL);
        RETURN 'polled';
    END CASE;
EXCEPTION WHEN SQLSTATE 'KF404' OR SQLSTATE 'KF409' OR SQLSTATE 'KF411' OR SQLSTATE 'KF412' OR SQLSTATE 'KF413' OR SQLSTATE 'KF414'
            OR SQLSTATE 'KF415' OR SQLSTATE 'KF416' OR SQLSTATE 'KF418' OR SQLSTATE 'KF421' THEN
    RETURN SQLSTATE;
END
$$;

CREATE FUNCTION pg_temp.check(p_schedule int, p_since timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR n IN 1..2 LOOP
        PERFORM set_config('kf.tenant', t.id(n * 100)::text, true);
        INSERT INTO wrong SELECT p_schedule, 'ledger ' || l::text FROM kf.ledger l WHERE approved <> applied + credit + refund_due + refunded;
        INSERT INTO wrong SELECT p_schedule, 'overlap' FROM kf.claim a JOIN kf.claim b
            ON a.professional_id = b.professional_id AND a.claim_id < b.claim_id AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
            WHERE a.state <> 'ended' AND b.state <> 'ended' AND a.created_at > p_since AND b.created_at > p_since;
        INSERT INTO wrong SELECT p_schedule, 'paid without money ' || b.booking_id FROM kf.booking b
            WHERE b.created_at > p_since AND b.status IN ('paid', 'confirmed') AND b.charge_cents > 0 AND NOT EXISTS (SELECT FROM kf.payment p
                WHERE p.booking_id = b.booking_id AND p.state = 'applied' AND p.approved_cents = b.charge_cents);
        INSERT INTO wrong SELECT p_schedule, 'paid without its time ' || b.booking_id FROM kf.booking b LEFT JOIN kf.claim c USING (tenant_id, claim_id)
            WHERE b.created_at > p_since AND b.status IN ('paid', 'confirmed') AND (c.state IS DISTINCT FROM 'booked' OR c.slot_start <> b.slot_start OR c.professional_id <> b.professional_id);
        INSERT INTO wrong SELECT p_schedule, 'time kept by ' || b.status FROM kf.booking b JOIN kf.claim c USING (tenant_id, claim_id)
            WHERE b.created_at > p_since AND b.status IN ('cancelled', 'expired', 'failed') AND c.state <> 'ended';
        INSERT INTO wrong SELECT p_schedule, 'money stays with ' || b.status FROM kf.booking b JOIN kf.payment p USING (tenant_id, booking_id)
            WHERE b.created_at > p_since AND p.state = 'applied' AND b.status NOT IN ('paid', 'confirmed', 'completed')
              AND NOT (b.status = 'cancelled' AND EXISTS (SELECT FROM kf.booking_history h WHERE h.booking_id = b.booking_id AND h.to_status = 'cancelled' AND h.reason IN ('policy', 'none')));
        INSERT INTO wrong SELECT p_schedule, 'parts ' || p.payment_id FROM kf.payment p LEFT JOIN kf.refund r USING (tenant_id, payment_id)
            WHERE p.created_at > p_since AND p.state = 'applied' AND p.returning_cents + p.returned_cents
                <> (SELECT CASE WHEN b.status <> 'cancelled' OR h.reason = 'none' THEN 0 ELSE coalesce(r.amount_cents, 0) END
                    FROM kf.booking b JOIN kf.booking_history h USING (tenant_id, booking_id) WHERE b.booking_id = p.booking_id ORDER BY h.version DESC LIMIT 1);
        INSERT INTO wrong SELECT p_schedule, 'two times of ' || b.booking_id FROM kf.booking b JOIN kf.claim c ON c.tenant_id = b.tenant_id AND c.claim_id <> b.claim_id AND c.state IN ('pending', 'booked')
            AND c.slot_start = ANY (SELECT (h.facts->>'from_start')::timestamptz FROM kf.booking_history h WHERE h.booking_id = b.booking_id)
            WHERE b.created_at > p_since AND c.created_at > p_since AND NOT EXISTS (SELECT FROM kf.booking o WHERE o.claim_id = c.claim_id);
        INSERT INTO wrong SELECT p_schedule, 'sequence of ' || b.booking_id FROM kf.booking b
            WHERE b.created_at > p_since AND b.sequence <> (SELECT count(*) FROM kf.booking_history h WHERE h.booking_id = b.booking_id AND (h.facts IS NOT NULL OR h.to_status = 'cancelled'));
        INSERT INTO wrong SELECT p_schedule, 'refund ' || p.state || ' ' || coalesce(r.state, 'none') FROM kf.payment p LEFT JOIN kf.refund r USING (tenant_id, payment_id)
            WHERE p.created_at > p_since AND (p.state = 'refund_due' OR p.returning_cents > 0) IS DISTINCT FROM (coalesce(r.state, 'done') <> 'done');
        INSERT INTO wrong SELECT p_schedule, 'history ' || b.booking_id FROM kf.booking b
            WHERE b.created_at > p_since AND b.status <> (SELECT h.to_status FROM kf.booking_history h WHERE h.booking_id = b.booking_id ORDER BY h.version DESC LIMIT 1);
        INSERT INTO wrong SELECT p_schedule, 'told ' || b.booking_id FROM kf.booking b
            WHERE b.created_at > p_since AND b.status IN ('paid', 'confirmed') AND (SELECT count(*) FROM kf.outbox o WHERE o.booking_id = b.booking_id AND o.event = 'booking.paid') <> 1;
        INSERT INTO wrong SELECT p_schedule, 'uses ' || l.uses FROM kf.booking_link l WHERE l.uses <> kf.link_used(l);
    END LOOP;
END
$$;

SELECT set_config('t.schedules', :'schedules', false);
DO $$
DECLARE
    v_op text;
    v_answer text;
BEGIN
    PERFORM setseed(0.42);
    FOR s IN 1..current_setting('t.schedules')::int LOOP
        FOR i IN 1..30 LOOP
            v_op := pg_temp.any_of('{hold,hold,hold,hold,hold,book,book,book,book,pay,pay,pay,pay,pay,pay,retry,sweep,shift,late,release,cancel,visit,visit,move,move,refund,refund,message,poll}');
            v_answer := pg_temp.act(s * 10, v_op);
            INSERT INTO done AS d VALUES (v_op, v_answer) ON CONFLICT (op, answer) DO UPDATE SET n = d.n + 1;
        END LOOP;
        PERFORM pg_temp.check(s, kf.now() - interval '12 hours');
        COMMIT;
        -- the next schedule has its own day
        PERFORM t.clock(date_trunc('day', kf.now()) + interval '1 day 12 hours');
    END LOOP;
    PERFORM pg_temp.check(0, '-infinity');
END
$$;
SELECT diag(op || ': ' || string_agg(answer || ' ' || n, ', ' ORDER BY answer)) FROM done GROUP BY op ORDER BY op;
SELECT is_empty('SELECT * FROM wrong LIMIT 5', 'nothing is wrong after any of the schedules');
-- The schedules covered the critical cases: a rare path that is never taken proves nothing.
SELECT cmp_ok((SELECT n FROM done WHERE op = 'pay' AND answer = a), '>', 10::bigint, 'payments: ' || a)
FROM unnest(ARRAY['applied', 'refund_due', 'quarantined', 'refunded', 'unchanged']) a;
SELECT cmp_ok((SELECT n FROM done WHERE op = 'hold' AND answer = 'KF412'), '>', 100::bigint, 'holds met each other');
SELECT set_config('kf.tenant', t.id(100)::text, false);
SELECT cmp_ok((SELECT count(*) FROM kf.booking_history WHERE reason = 'approved late'), '>', 3::bigint, 'money came late');
SELECT cmp_ok((SELECT sum(n) FROM done WHERE op = a[1] AND answer = a[2]), '>', 10::numeric, a[1] || ': ' || a[2])
FROM (VALUES (ARRAY['move', 'moved']), ('{move,moved by link}'), ('{visit,money}')) x(a);
SELECT cmp_ok((SELECT count(*) FROM kf.payment WHERE returned_cents > 0), '>', 5::bigint, 'parts came back');
SELECT cmp_ok((SELECT n FROM done WHERE op = 'book' AND answer = 'KF415'), '>', 10::bigint, 'holds ended');
SELECT * FROM finish();
