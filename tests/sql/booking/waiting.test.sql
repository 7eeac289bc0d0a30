-- The waiting list: who may join, who is offered a freed slot, and what happens to it.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
CREATE FUNCTION pg_temp.ask(p jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('link', 'link001', 'service', t.id(101), 'day', '2026-06-02', 'name', 'Eva Ruiz', 'email', 'eva@example.test') || p $$;
-- Joins as p_n, with p replacing the defaults.
CREATE FUNCTION pg_temp.join(p_n int, p jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT right(w->>'id', 4) || ' ' || (w->>'state') FROM kf.waiting_add(t.id(100), t.id(p_n), pg_temp.ask(p)) w $$;
CREATE FUNCTION pg_temp.refused(p jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.waiting_add(t.id(100), gen_random_uuid(), %L)', pg_temp.ask(p))) $$;
CREATE FUNCTION pg_temp.work() RETURNS text LANGUAGE sql AS $$ SELECT offered || ' ' || lapsed FROM kf.work_waiting(10) $$;
-- The waiting people: state, offers, the kept slot, until when.
CREATE FUNCTION pg_temp.line() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('kf.tenant', t.id(100)::text, true);
    RETURN (SELECT string_agg(concat_ws(' ', right(w.waiting_id::text, 4), w.state, CASE WHEN w.offers > 0 THEN w.offers END,
                CASE WHEN w.state = 'offered' THEN right(c.professional_id::text, 2) || to_char(c.slot_start AT TIME ZONE 'UTC', ' HH24:MI') || to_char(w.offered_until AT TIME ZONE 'UTC', '<HH24:MI') END),
                ', ' ORDER BY w.waiting_id)
            FROM kf.waiting w LEFT JOIN kf.claim c USING (tenant_id, claim_id) WHERE w.state IN ('waiting', 'offered'));
END $$;
CREATE FUNCTION pg_temp.mails(p_n int) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(m.kind || ' ' || m.state, ', ' ORDER BY m.created_at, m.kind DESC) FROM kf.mail m WHERE m.facts->>'waiting' = t.id(p_n)::text $$;
-- A paid booking p_n of the half-hour service.
CREATE FUNCTION pg_temp.book(p_n int, p_start timestamptz, p_service int DEFAULT 2, p_who int DEFAULT 11) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM t.hold(1, p_n, p_start, p_service, p_who);
    PERFORM t.book(1, p_n);
    IF p_service <> 2 THEN
        PERFORM t.pay(1, 'tx ' || p_n, t.ref(p_n), 'APPROVED', CASE p_service WHEN 1 THEN 3000000 ELSE 9500000 END);
    END IF;
    RETURN t.status(1, p_n);
END $$;
CREATE FUNCTION pg_temp.cancel(p_n int) RETURNS void LANGUAGE sql AS $$ SELECT kf.booking_cancel(t.id(100), t.id(p_n), 'customer', '') $$;
CREATE FUNCTION pg_temp.clear() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('kf.tenant', t.id(100)::text, true);
    PERFORM kf.waiting_remove(t.id(100), w.waiting_id) FROM kf.waiting w WHERE w.state IN ('waiting', 'offered');
    PERFORM pg_temp.work();
END $$;

-- Joining.
SELECT is(pg_temp.refused(p::jsonb), wanted, 'refused: ' || p) FROM (VALUES
    ('{"link":"nothing"}', 'KF411'), ('{"service":null}', 'KF422 service'), ('{"service":"x"}', 'KF422 service'),
    ('{"service":"00000000-0000-7000-8000-000000000201"}', 'KF422 service'),
    ('{"professional":"00000000-0000-7000-8000-000000000211"}', 'KF422 professional'), ('{"professional":7}', 'KF422 professional'),
    ('{"day":"2026-05-31"}', 'KF422 day'), ('{"day":"2027-06-02"}', 'KF422 day'), ('{"day":"2026-06-31"}', 'KF422 day'), ('{"day":null}', 'KF422 day'),
    ('{"name":"E"}', 'KF422 name'), ('{"name":"Eva\nBcc: x"}', 'KF422 name'), ('{"email":"eva"}', 'KF422 email'), ('{"email":"eva@example.test\nBcc: x@evil.test"}', 'KF422 email'),
    ('{"email":"a@[10.0.0.1]"}', 'KF422 email'), ('{"language":"fr"}', 'KF422 language'), ('{"timezone":"Mars/Base"}', 'KF422 timezone'), ('{"more":1}', 'KF422 more')) v(p, wanted);
SELECT is(pg_temp.join(7001, '{"timezone":"Europe/Madrid","professional":"any"}'), '7001 waiting', 'joined');
SELECT is(pg_temp.join(7002, '{"email":"EVA@example.test","timezone":"Europe/Madrid"}'), '7001 waiting', 'twice the same person is the same place');
SELECT is(pg_temp.mails(7001), 'waiting_joined due', 'told once');
SELECT is(pg_temp.mails(7002), NULL, 'not twice');
SELECT is((SELECT count(*) FROM kf.waiting), 1::bigint, 'one row');
SELECT is((SELECT concat_ws(' ', m.facts->>'day', m.facts->>'service', m.facts->>'link', m.facts->>'customer_zone', m.useful_until AT TIME ZONE 'UTC', m.language) FROM kf.mail m),
    '2026-06-02 Consulta link001 Europe/Madrid 2026-06-02 22:00:00 es', 'what it tells, until the day is over where they are');
SELECT is(pg_temp.join(7005, '{"timezone":"Asia/Tokyo"}'), '7005 waiting', 'the day of another zone is another day');
SELECT is(pg_temp.join(7006, '{"timezone":"Asia/Tokyo"}'), '7005 waiting', 'once too');
SELECT kf.waiting_remove(t.id(100), t.id(7005))->>'state';
SELECT is(pg_temp.join(7003, jsonb_build_object('professional', t.id(111))), '7003 waiting', 'for somebody in particular it is another one');
SELECT is(pg_temp.join(7004, '{"day":"2026-06-03"}'), '7004 waiting', 'for another day too');
SELECT pg_temp.join(7010 + i, jsonb_build_object('day', date '2026-06-10' + i)) FROM generate_series(1, 7) i;
SELECT is(pg_temp.refused('{"day":"2026-06-25"}'), 'KF422 email', 'an address waits for so many days and no more');
SELECT pg_temp.clear();
SELECT kf.tenant_suspend(t.id(100), true);
SELECT is(pg_temp.refused('{}'), 'KF419', 'not of a suspended business');
SELECT kf.tenant_suspend(t.id(100), false);

-- A slot that is freed when nobody waits causes no offer.
SELECT is(pg_temp.book(1001, '2026-06-02 14:00Z', 1), 'paid approved', 'a booking');
SELECT pg_temp.cancel(1001);
SELECT is((SELECT count(*) FROM kf.freed), 0::bigint, 'nothing is noted');

-- Freed by a released hold, or by one that was not paid in time.
SELECT pg_temp.join(7111, '{"email":"d@example.test","day":"2026-06-04"}');
SELECT t.hold(1, 1091, '2026-06-04 14:00Z', 1), t.hold(1, 1092, '2026-06-04 16:00Z', 1);
SELECT t.hold(1, 1090, '2026-06-04 15:00Z', 1);
SELECT kf.hold_release(t.id(100), t.id(1090), t.hash('token 1090'));
SELECT is((SELECT count(*) FROM kf.freed), 0::bigint, 'given back within seconds: nobody is offered what everybody could have');
SELECT t.hold(1, 1089, '2026-06-04 15:00Z', 1), t.hold(1, 1088, '2026-06-04 18:00Z', 1, p_replaces => 1089);
SELECT kf.hold_release(t.id(100), t.id(1088), t.hash('token 1088'));
SELECT is((SELECT count(*) FROM kf.freed), 0::bigint, 'nor what was left for another time as soon');
SELECT kf.clock_shift(30);
SELECT kf.hold_release(t.id(100), t.id(1091), t.hash('token 1091'));
SELECT is((SELECT count(*) FROM kf.freed), 1::bigint, 'given back');
SELECT kf.hold_release(t.id(100), t.id(1091), t.hash('token 1091'));
SELECT is((SELECT count(*) FROM kf.freed), 1::bigint, 'once');
SELECT is(pg_temp.work(), '1 0', 'it is offered');
SELECT pg_temp.join(7112, '{"email":"e@example.test","day":"2026-06-04"}');
SELECT kf.clock_shift(575);
SELECT is((SELECT s.holds FROM kf.work_sweep(10) s), 1, 'a hold has lapsed');
SELECT is(pg_temp.work(), '1 0', 'that is offered too');
SELECT is(pg_temp.line(), '7111 offered 1 11 14:00<12:10, 7112 offered 1 11 16:00<12:20', 'each has a time');
SELECT pg_temp.clear();
SELECT t.clock('2026-06-01 12:00Z');

-- Freed by a browser that chooses another slot, and by an expired hold that another customer replaces.
SELECT pg_temp.join(7121, '{"email":"g@example.test","day":"2026-06-04"}');
SELECT t.hold(1, 1093, '2026-06-04 14:00Z', 1); SELECT kf.clock_shift(30);
SELECT t.hold(1, 1094, '2026-06-04 15:00Z', 1, p_replaces => 1093);
SELECT is(pg_temp.work(), '1 0', 'left for another time');
SELECT is(pg_temp.line(), '7121 offered 1 11 14:00<12:10', 'it is offered');
SELECT pg_temp.clear();
SELECT pg_temp.join(7122, '{"email":"h@example.test","day":"2026-06-04"}');
SELECT kf.clock_shift(30);
SELECT t.hold(1, 1095, '2026-06-04 15:15Z', 1, p_replaces => 1094);
SELECT is((SELECT count(*) FROM kf.freed), 1::bigint, 'left for one that overlaps it');
SELECT pg_temp.work(), pg_temp.clear();
SELECT pg_temp.join(7123, jsonb_build_object('email', 'i@example.test', 'day', '2026-06-04', 'service', t.id(102)));
SELECT t.hold(1, 1096, '2026-06-04 19:00Z', 1);
SELECT kf.clock_shift(601);
SELECT t.hold(1, 1097, '2026-06-04 18:45Z', 1);
SELECT is(pg_temp.work(), '1 0', 'what is left of a hold that had expired');
SELECT alike(pg_temp.line(), '7123 offered 1 11 19:15%', 'is offered');
SELECT pg_temp.clear();
SELECT t.clock('2026-06-01 12:00Z');

-- A person whose mails are off gets no offer.
SELECT pg_temp.join(7131, '{"email":"j@example.test","day":"2026-06-04"}');
SELECT kf.rules_change(t.id(100), NULL, '{"mails":{"waiting_offer":false}}')->'mails'->'waiting_offer';
SELECT t.hold(1, 1098, '2026-06-04 20:00Z', 1); SELECT kf.clock_shift(30);
SELECT kf.hold_release(t.id(100), t.id(1098), t.hash('token 1098'));
SELECT is(pg_temp.work(), '0 0', 'where the mail is off no time is kept');
SELECT is(pg_temp.line(), '7131 waiting', 'nobody loses their turn');
SELECT is(pg_temp.refused('{"day":"2026-06-05"}'), 'KF422 day', 'nobody joins a list that tells nothing');
SELECT is((SELECT tenant->>'waiting' FROM kf.tenant_find('id', t.id(100)::text)), 'false', 'and pages do not speak of one');
SELECT kf.rules_change(t.id(100), NULL, '{"mails":{"waiting_offer":true}}')->'mails'->'waiting_offer';
UPDATE kf.waiting SET email = 'j@example.test, k@example.test' WHERE waiting_id = t.id(7131);
SELECT t.hold(1, 1099, '2026-06-04 20:00Z', 1); SELECT kf.clock_shift(30);
SELECT kf.hold_release(t.id(100), t.id(1099), t.hash('token 1099'));
SELECT is(pg_temp.work(), '0 0', 'nor for an address that no mail goes to');
SELECT pg_temp.clear();
-- Without a mail server, the operator's or the business's own, there are no offers.
CREATE FUNCTION pg_temp.freed(p_hold int) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM t.hold(1, p_hold, '2026-06-04 20:00Z', 1);
    PERFORM kf.clock_shift(30);
    PERFORM kf.hold_release(t.id(100), t.id(p_hold), t.hash('token ' || p_hold));
    RETURN QUERY SELECT offered || ' ' || lapsed FROM kf.work_waiting(10, true);
END $$;
SELECT pg_temp.join(7132, '{"email":"l@example.test","day":"2026-06-04"}');
SELECT is(pg_temp.freed(1101), '0 0', 'no time is kept where nobody can write');
SELECT is(pg_temp.line(), '7132 waiting', 'and nobody loses their turn');
SELECT kf.mail_channel_put(t.id(100), NULL, '{"kind":"resend","from_address":"citas@one.example"}', 'key')->>'version';
SELECT is(pg_temp.freed(1102), '1 0', 'but where the business has a server of its own');
SELECT kf.mail_channel_remove(t.id(100));
SELECT pg_temp.clear();
-- Then nobody can join either. Workers report whether the operator has a mail server.
CREATE FUNCTION pg_temp.asked() RETURNS text LANGUAGE sql AS $$
    SELECT (f.tenant->>'waiting') || ' ' || coalesce(pg_temp.refused('{"email":"no"}'), '') FROM kf.tenant_find('id', t.id(100)::text) f $$;
SELECT is(pg_temp.asked(), 'true KF422 email', 'while nobody says so there is a list');
SELECT kf.worker_seen('web1/41', '{}', '{}', false), kf.worker_seen('web1/42', '{}', '{}', true);
SELECT is(pg_temp.asked(), 'true KF422 email', 'one server for mails is enough');
SELECT kf.worker_seen('web1/42', '{}', '{}', false);
SELECT is(pg_temp.asked(), 'false KF422 day', 'without any the list is closed');
SELECT kf.mail_channel_put(t.id(100), NULL, '{"kind":"resend","from_address":"citas@one.example"}', 'key')->>'version';
SELECT is(pg_temp.asked(), 'true KF422 email', 'but where the business has its own');
SELECT kf.mail_channel_remove(t.id(100));
SELECT is(pg_temp.asked(), 'false KF422 day', 'as long as it does');
SELECT kf.worker_seen('web2', '{}');
SELECT is(pg_temp.asked(), 'true KF422 email', 'an older worker does not say');
SET ROLE konfirmado_owner;
UPDATE kf.meta SET value = jsonb_set(value::jsonb, '{at}', to_jsonb((value::jsonb->>'at')::numeric - 61))::text WHERE key = 'worker/web2';
SET ROLE konfirmado_app;
SELECT is(pg_temp.asked(), 'false KF422 day', 'nor does one that is gone');
SELECT kf.worker_seen('web1/42', '{}', '{}', true);

-- Freed by a cancellation: kept for the first, then open to all.
SELECT t.clock('2026-06-01 12:00Z');
SELECT pg_temp.book(1002, '2026-06-02 14:00Z', 1);
SELECT pg_temp.join(7101, '{"email":"a@example.test","timezone":"Europe/Madrid"}'); SELECT kf.clock_shift(1);
SELECT pg_temp.join(7102, '{"email":"b@example.test"}');
SELECT is(pg_temp.work(), '0 0', 'nothing is free');
SELECT pg_temp.cancel(1002);
SELECT is(pg_temp.work(), '1 0', 'an offer');
SELECT is(pg_temp.line(), '7101 offered 1 11 14:00<12:10, 7102 waiting', 'to the first, for ten minutes');
SELECT is(pg_temp.work(), '0 0', 'and to nobody else');
SELECT is(pg_temp.mails(7101), 'waiting_joined due, waiting_offer due', 'told');
SELECT is((SELECT concat_ws(' ', m.facts->>'start', m.facts->>'start_there', m.facts->>'professional', m.facts->>'charge_cents', m.facts->>'offered_until', m.facts->>'zones_differ', m.useful_until AT TIME ZONE 'UTC')
    FROM kf.mail m WHERE m.kind = 'waiting_offer' AND m.facts->>'waiting' = t.id(7101)::text), '2026-06-02T16:00:00+02:00 2026-06-02T09:00:00-05:00 Professional 1 3000000 2026-06-01T14:10:01+02:00 true 2026-06-01 12:10:01', 'what is offered');
SELECT is(t.refusal($$ SELECT t.hold(1, 1003, '2026-06-02 14:00Z', 1) $$), 'KF412 start', 'nobody else can have it');
SELECT is(t.refusal($$ SELECT t.hold(1, 1003, '2026-06-02 14:15Z', 2) $$), 'KF412 start', 'nor any of it');
SELECT isnt_empty($$ SELECT FROM kf.busy_read(t.id(100), ARRAY[t.id(111)], '2026-06-02 14:00Z', '2026-06-02 14:30Z') b WHERE b.no = 1 $$, 'it is not shown as free');
SELECT is((SELECT count(*) FROM kf.work_mails(100, 60, false) w WHERE w.kind = 'waiting_offer' AND w.needs_tokens), 1::bigint, 'to be sent with a link');
SELECT kf.clock_shift(599);
SELECT is(pg_temp.work(), '0 0', 'until the ten minutes are over');
SELECT kf.freed_put(t.id(100), NULL, t.id(111), '2026-06-02 14:00Z', '2026-06-02 14:30Z'); -- of a worker that was slow
SELECT kf.clock_shift(1);
SELECT is_empty($$ SELECT FROM kf.busy_read(t.id(100), ARRAY[t.id(111)], '2026-06-02 14:00Z', '2026-06-02 14:30Z') b WHERE b.no = 1 $$, 'then it is shown to everybody');
SELECT kf.work_sweep(10);
SELECT is((SELECT count(*) FROM kf.freed), 1::bigint, 'the sweep keeps it for nobody');
SELECT is(pg_temp.work(), '0 1', 'nor does the work');
SELECT is(pg_temp.line(), '7101 waiting 1, 7102 waiting', 'the first waits on');
SELECT is((SELECT string_agg(c.state, ',') FROM kf.waiting w JOIN kf.claim c USING (tenant_id, claim_id) WHERE w.waiting_id = t.id(7101)), 'ended', 'what was kept ends with the offer');
SELECT is(pg_temp.mails(7102), 'waiting_joined sending, waiting_free due', 'the next is told that it is there');
SELECT is(pg_temp.mails(7101), 'waiting_joined sending, waiting_offer skipped', 'who let it go by is not');
SELECT is((SELECT concat_ws(' ', m.facts->>'start', m.facts->>'service_id', m.facts->>'professional_id', m.facts->>'link', m.useful_until AT TIME ZONE 'UTC')
    FROM kf.mail m WHERE m.kind = 'waiting_free'), format('2026-06-02T09:00:00-05:00 %s %s link001 2026-06-02 14:00:00', t.id(101), t.id(111)), 'what it tells, as long as it can be booked');
SELECT is((SELECT count(*) FROM kf.work_mails(100, 60, false, '{waiting_free}') w WHERE w.needs_tokens), 1::bigint, 'to be sent with a link');
SELECT is((SELECT count(*) FROM kf.freed), 0::bigint, 'that is all');
SELECT is(pg_temp.book(1004, '2026-06-02 14:00Z', 1), 'paid approved', 'whoever comes first has it');

-- Freed by a move; the token decides who gets it.
SELECT kf.booking_move_by(t.id(100), t.id(1004), NULL, '{"start":"2026-06-02T15:00:00Z"}', NULL)->>'start';
SELECT is(pg_temp.work(), '1 0', 'it came free anew');
SELECT is(pg_temp.line(), '7101 waiting 1, 7102 offered 1 11 14:00<12:20', 'nobody is offered what they let go by');
SELECT kf.clock_shift(600);
SELECT is(pg_temp.work(), '0 1', 'nor told of it');
SELECT is((SELECT count(*) FROM kf.mail m WHERE m.kind = 'waiting_free'), 1::bigint, 'so nobody is');
SELECT pg_temp.join(7103, '{"email":"c@example.test"}');
SELECT kf.booking_move_by(t.id(100), t.id(1004), NULL, '{"start":"2026-06-02T16:00:00Z"}', NULL)->>'start';
SELECT is(pg_temp.work(), '1 0', 'another time comes free');
SELECT is(pg_temp.line(), '7101 waiting 1, 7102 waiting 1, 7103 offered 1 11 15:00<12:30', 'those with fewer offers come first');
SELECT kf.waiting_mint(t.id(100), t.id(7103), 'offer', t.hash('offer c')), kf.waiting_mint(t.id(100), t.id(7103), 'leave', t.hash('leave c')),
       kf.waiting_mint(t.id(100), t.id(7101), 'leave', t.hash('leave a')), kf.waiting_mint(t.id(100), t.id(7101), 'offer', t.hash('offer a'));
SELECT is(t.refusal($$ SELECT kf.waiting_mint(t.id(100), t.id(7103), 'view', t.hash('x')) $$), 'KF422 kind', 'no other kind of link');
SELECT is(t.refusal($$ SELECT kf.waiting_mint(t.id(200), t.id(7103), 'offer', t.hash('x')) $$), 'KF404', 'nor for another business');
SELECT results_eq($$ SELECT tenant_id, waiting_id, kind, state FROM kf.waiting_find(t.hash('offer c')) $$, $$ VALUES (t.id(100), t.id(7103), 'offer', 'open') $$, 'found by its link');
SELECT results_eq($$ SELECT kind, state FROM kf.waiting_find(t.hash('leave c')) $$, $$ VALUES ('leave', 'open') $$, 'either of them');
SELECT results_eq($$ SELECT kind, state FROM kf.waiting_find(t.hash('offer a')) $$, $$ VALUES ('offer', 'over') $$, 'an offer that lapsed is over');
SELECT is_empty($$ SELECT FROM kf.waiting_find(t.hash('nothing')) $$, 'no other is found');
SELECT is(d->>'kind' || ' ' || (d->>'start') || ' ' || (d->'customer'->>'email_masked') || ' ' || (d->'business'->>'name'), 'offer 2026-06-02T10:00:00-05:00 ***@example.test Tenant 1', 'looked at')
    FROM kf.waiting_doc(t.id(100), t.hash('offer c')) d;
SELECT is(t.refusal($$ SELECT kf.waiting_doc(t.id(100), t.hash('nothing')) $$), 'KF416', 'by its holder alone');
SELECT is(t.refusal($$ SELECT kf.waiting_doc(t.id(200), t.hash('offer c')) $$), 'KF416', 'and there');
CREATE FUNCTION pg_temp.take(p_token text) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT * FROM kf.waiting_take(t.id(100), t.hash(%L), t.hash(%L), 600)', p_token, 'token ' || p_token)) $$;
SELECT is(pg_temp.take('offer a'), 'KF415', 'not by who let it lapse');
SELECT is(pg_temp.take('leave c'), 'KF416', 'not by the other link');
SELECT is(t.refusal($$ SELECT * FROM kf.waiting_take(t.id(200), t.hash('offer c'), t.hash('x'), 600) $$), 'KF416', 'not elsewhere');
SELECT kf.clock_shift(500);
SELECT results_eq($$ SELECT professional_id, professional_name, slot_start, slot_end, expires_at - kf.now(), price_cents, charge_cents, currency
    FROM kf.waiting_take(t.id(100), t.hash('offer c'), t.hash('token c'), 600) $$,
    $$ VALUES (t.id(111), 'Professional 1', timestamptz '2026-06-02 15:00Z', timestamptz '2026-06-02 15:30Z', interval '10 minutes', 12000000::bigint, 3000000::bigint, 'COP') $$, 'taken: a hold like any other');
SELECT is(pg_temp.take('offer c'), 'KF416', 'once');
SELECT results_eq($$ SELECT state FROM kf.waiting_find(t.hash('offer c')) $$, $$ VALUES ('used') $$, 'used');
SELECT kf.clock_shift(200);
SELECT is(pg_temp.work(), '0 0', 'it does not lapse with the offer');
SELECT is((SELECT b.status FROM kf.claim c, kf.booking_start(t.id(100), t.id(1005), t.id(1005), c.claim_id, t.hash('token c'), 'Caro', 'c@example.test', '', '', 'es', NULL) b
    WHERE c.token_hash = t.hash('token c')), 'pending', 'and becomes a booking by the browser''s token');

-- Leaving, by a link of any mail: a kept slot is open to all.
SELECT kf.waiting_mint(t.id(100), t.id(7101), 'leave', t.hash('leave a again'));
SELECT results_eq($$ SELECT kind, state FROM kf.waiting_find(t.hash('leave a')) $$, $$ VALUES ('leave', 'open') $$, 'a newer mail does not end the link of the one before');
SELECT is(kf.waiting_doc(t.id(100), t.hash('leave a'))->>'kind', kf.waiting_doc(t.id(100), t.hash('leave a again'))->>'kind', 'both show the same');
SELECT t.pay(1, 'tx 1005', t.ref(1005), 'APPROVED');
SELECT t.hold(1, 1006, '2026-06-02 18:00Z', 1), t.book(1, 1006), t.pay(1, 'tx 1006', t.ref(1006), 'APPROVED');
SELECT pg_temp.cancel(1006);
SELECT is(pg_temp.work(), '1 0', 'a third time');
SELECT alike(pg_temp.line(), '7101 offered 2 11 18:00%', 'for the first again');
SELECT kf.waiting_leave(t.id(100), t.hash('leave a'));
SELECT results_eq($$ SELECT state FROM kf.waiting_find(t.hash('leave a')) $$, $$ VALUES ('used') $$, 'left');
SELECT is(t.refusal($$ SELECT kf.waiting_leave(t.id(100), t.hash('leave a')) $$), 'KF416', 'once');
SELECT is(t.refusal($$ SELECT kf.waiting_leave(t.id(100), t.hash('leave a again')) $$), 'KF416', 'nor by the other');
SELECT results_eq($$ SELECT state FROM kf.waiting_find(t.hash('leave a again')) $$, $$ VALUES ('used') $$, 'they end with the place');
SELECT is(t.refusal($$ SELECT kf.waiting_leave(t.id(200), t.hash('leave c')) $$), 'KF416', 'nor elsewhere');
SELECT is((SELECT count(*) FROM kf.work_mails(100, 60, false) w WHERE w.facts->>'waiting' = t.id(7101)::text), 0::bigint, 'what was to be sent to them is not');
SELECT is(pg_temp.work(), '0 0', 'it is kept for nobody else');
SELECT is(pg_temp.line(), '7102 waiting 1', 'the next waits on');
SELECT is((SELECT count(*) FROM kf.mail m WHERE m.kind = 'waiting_free' AND m.facts->>'waiting' = t.id(7102)::text AND m.facts->>'start' = '2026-06-02T13:00:00-05:00'), 1::bigint, 'and is told that it is there');
SELECT is(t.refusal($$ SELECT t.hold(1, 1007, '2026-06-02 18:00Z', 1) $$), 'ok', 'the time is everybody''s');
SELECT kf.hold_release(t.id(100), t.id(1007), t.hash('token 1007'));
-- An offer that is taken and released, or booked and not paid, is not kept for the next either.
SELECT t.hold(1, 1008, '2026-06-02 18:00Z', 1), t.book(1, 1008), t.pay(1, 'tx 1008', t.ref(1008), 'APPROVED');
SELECT pg_temp.cancel(1008);
SELECT is(pg_temp.work(), '1 0', 'it comes free anew');
SELECT is(left(pg_temp.line(), 23), '7102 offered 2 11 18:00', 'and is kept for the next');
SELECT kf.waiting_mint(t.id(100), t.id(7102), 'offer', t.hash('offer b')), pg_temp.join(7104, '{"email":"d@example.test"}');
SELECT is(pg_temp.take('offer b'), 'ok', 'taken');
SAVEPOINT at_once;
SELECT kf.hold_release(t.id(100), c.claim_id, t.hash('token offer b')) FROM kf.claim c WHERE c.token_hash = t.hash('token offer b');
SELECT is(pg_temp.work() || ', ' || pg_temp.mails(7104), '0 0, waiting_joined due, waiting_free due', 'given back at once: those who wait are told');
ROLLBACK TO at_once;
SELECT kf.clock_shift(60);
SAVEPOINT taken;
SELECT kf.hold_release(t.id(100), c.claim_id, t.hash('token offer b')) FROM kf.claim c WHERE c.token_hash = t.hash('token offer b');
SELECT is(pg_temp.work() || ', ' || pg_temp.line(), '0 0, 7104 waiting', 'given back: kept for nobody');
ROLLBACK TO taken;
SELECT kf.hold_create(t.id(100), t.id(1010), 'link001', t.id(101), t.id(111), '2026-06-02 18:00Z', t.hash('token 1010'), 600, 'America/Bogota', t.hash('token offer b')) IS NULL;
SELECT kf.clock_shift(60), kf.hold_release(t.id(100), t.id(1010), t.hash('token 1010'));
SELECT is(pg_temp.work() || ', ' || pg_temp.line(), '0 0, 7104 waiting', 'replaced by a hold that overlaps it, which is given back: neither');
SELECT is(pg_temp.mails(7104), 'waiting_joined due, waiting_free due', 'who waits is told');
ROLLBACK TO taken;
SELECT kf.hold_create(t.id(100), t.id(1010), 'link001', t.id(102), t.id(111), '2026-06-02 19:30Z', t.hash('token 1010'), 600, 'America/Bogota', t.hash('token offer b')) IS NULL;
SELECT pg_temp.work(), kf.clock_shift(60), kf.hold_release(t.id(100), t.id(1010), t.hash('token 1010'));
SELECT is(pg_temp.work() || ', ' || pg_temp.line(), '0 0, 7104 waiting', 'nor one at another time');
ROLLBACK TO taken;
SELECT b.status FROM kf.claim c, kf.booking_start(t.id(100), t.id(1009), t.id(1009), c.claim_id, t.hash('token offer b'), 'Beto', 'b@example.test', '', '', 'es', NULL) b
    WHERE c.token_hash = t.hash('token offer b');
SELECT t.pay(1, 'tx 1009', t.ref(1009), 'APPROVED'), kf.booking_move_by(t.id(100), t.id(1009), NULL, '{"start":"2026-06-02T18:15:00Z"}')->>'start';
SELECT pg_temp.cancel(1009);
SELECT is(pg_temp.work() || ', ' || pg_temp.line(), '0 0, 7104 waiting', 'booked, moved and cancelled: neither');
ROLLBACK TO taken;
SELECT b.status FROM kf.claim c, kf.booking_start(t.id(100), t.id(1009), t.id(1009), c.claim_id, t.hash('token offer b'), 'Beto', 'b@example.test', '', '', 'es', NULL) b
    WHERE c.token_hash = t.hash('token offer b');
SELECT pg_temp.cancel(1009);
SELECT is(pg_temp.work() || ', ' || pg_temp.line(), '0 0, 7104 waiting', 'booked and cancelled: neither');
SELECT is(pg_temp.mails(7104), 'waiting_joined due, waiting_free due', 'but told');
SELECT is(kf.waiting_remove(t.id(100), t.id(7104))->>'state', 'left', 'the merchant takes them off the list');
SELECT is(kf.waiting_remove(t.id(100), t.id(7104)), NULL, 'once');

-- Any professional, or a particular one; professionals without the service; slots that do not fit.
SELECT pg_temp.clear();
SELECT pg_temp.join(7201, jsonb_build_object('email', 'd@example.test', 'professional', t.id(112)));
SELECT pg_temp.book(1011, '2026-06-02 19:00Z', 1);
SELECT pg_temp.cancel(1011);
SELECT is(pg_temp.work(), '0 0', 'not with another professional');
SELECT pg_temp.book(1012, '2026-06-02 19:00Z', 1, 12);
SELECT pg_temp.cancel(1012);
SELECT is(pg_temp.work(), '1 0', 'but with this one');
SELECT alike(pg_temp.line(), '7201 offered 1 12 19:00%', 'theirs');
SELECT pg_temp.clear();
-- Only a quarter of an hour between two bookings: the hour's service does not fit, the call does.
SELECT pg_temp.book(1021, '2026-06-02 20:00Z'), pg_temp.book(1022, '2026-06-02 20:15Z'), pg_temp.book(1023, '2026-06-02 20:30Z');
SELECT pg_temp.join(7211, jsonb_build_object('email', 'e@example.test', 'service', t.id(103), 'professional', t.id(111))); SELECT kf.clock_shift(1);
SELECT pg_temp.join(7212, jsonb_build_object('email', 'f@example.test', 'service', t.id(102), 'professional', t.id(111)));
SELECT pg_temp.cancel(1022);
SELECT is(pg_temp.work(), '1 0', 'the first cannot use it');
SELECT alike(pg_temp.line(), '7211 waiting, 7212 offered 1 11 20:15%', 'the second can');
-- Together with the adjacent free time the hour's service fits.
SELECT pg_temp.clear();
SELECT pg_temp.join(7213, jsonb_build_object('email', 'e@example.test', 'service', t.id(103), 'professional', t.id(111)));
SELECT pg_temp.cancel(1023);
SELECT is(pg_temp.work(), '1 0', 'half an hour before, buffers and all');
SELECT alike(pg_temp.line(), '7213 offered 1 11 20:30%', 'at a time of the grid');
SELECT pg_temp.clear();

-- The daily maximum, the notice, the horizon, working hours.
SELECT kf.service_change(t.id(100), t.id(102), NULL, '{"max_per_day":1}')->>'max_per_day';
SELECT pg_temp.join(7221, jsonb_build_object('email', 'g@example.test', 'service', t.id(102)));
SELECT pg_temp.book(1031, '2026-06-02 21:00Z', 1);
SELECT pg_temp.cancel(1031);
SELECT is(pg_temp.work(), '0 0', 'the service has had its day');
SELECT is((SELECT count(*) FROM kf.freed), 0::bigint, 'nobody is looked for again');
SELECT kf.service_change(t.id(100), t.id(102), NULL, '{"max_per_day":null,"notice_min":2880}')->>'notice_min';
SELECT pg_temp.book(1032, '2026-06-02 21:00Z', 1);
SELECT pg_temp.cancel(1032);
SELECT is(pg_temp.work(), '0 0', 'too soon for this service');
SELECT kf.service_change(t.id(100), t.id(102), NULL, '{"notice_min":0}')->>'notice_min';
SELECT pg_temp.book(1033, '2026-06-02 21:00Z', 1);
SELECT t.clock('2026-06-02 20:50Z');
SELECT pg_temp.cancel(1033);
SELECT is(pg_temp.work(), '1 0', 'soon');
SELECT alike(pg_temp.line(), '7221 offered 1 11 21:00<21:00', 'kept until the start at the longest');
SELECT pg_temp.clear();
SELECT pg_temp.join(7222, jsonb_build_object('email', 'g@example.test', 'service', t.id(102)));
SELECT pg_temp.book(1034, '2026-06-02 21:45Z');
SELECT t.clock('2026-06-02 21:41Z');
SELECT pg_temp.cancel(1034);
SELECT is(pg_temp.work(), '0 0', 'no time left to answer');
SELECT pg_temp.clear();
SELECT t.clock('2026-06-04 12:00Z');
SELECT pg_temp.join(7223, jsonb_build_object('email', 'g@example.test', 'service', t.id(102), 'day', '2026-06-05'));
SELECT kf.booking_add(t.id(100), t.id(1035), jsonb_build_object('service', t.id(101), 'professional', t.id(111), 'start', '2026-06-06T01:00:00Z',
    'outside_hours', true, 'customer', '{"name":"Eva Ruiz","email":"eva@example.test"}'::jsonb))->>'status';
SELECT pg_temp.cancel(1035);
SELECT is(pg_temp.work(), '0 0', 'what the merchant did out of hours is nobody''s');
SELECT pg_temp.clear();

-- Without a payment account only free services are offered; an inactive link; another day.
SELECT pg_temp.join(7231, '{"email":"h@example.test","day":"2026-06-05"}'), pg_temp.join(7232, '{"email":"h@example.test","day":"2026-06-06"}');
SELECT kf.payment_account_limit(t.id(100), 'wompi', 'test', 5000000);
SELECT pg_temp.book(1041, '2026-06-05 14:00Z');
SELECT pg_temp.cancel(1041);
SELECT is(pg_temp.work(), '0 0', 'nobody could pay for it');
SELECT kf.payment_account_limit(t.id(100), 'wompi', 'test', 150000);
SELECT kf.service_change(t.id(100), t.id(101), NULL, '{"active":false}')->>'active';
SELECT pg_temp.book(1042, '2026-06-05 14:00Z');
SELECT pg_temp.cancel(1042);
SELECT is(pg_temp.work(), '0 0', 'the service is not offered any more');
SELECT kf.service_change(t.id(100), t.id(101), NULL, '{"active":true}')->>'active';
SELECT pg_temp.book(1043, '2026-06-05 14:00Z'), pg_temp.book(1044, '2026-06-05 14:15Z'), pg_temp.book(1045, '2026-06-05 14:30Z');
SELECT pg_temp.cancel(1043);
SELECT is(pg_temp.work(), '1 0', 'a quarter of an hour comes free, with the time before it that was');
SELECT alike(pg_temp.line(), '7231 offered 1 11 13:45%, 7232 waiting', 'half an hour on the day that was asked for');
SELECT pg_temp.clear();

-- Three offers at most.
SELECT pg_temp.join(7241, '{"email":"i@example.test","day":"2026-06-05"}');
CREATE FUNCTION pg_temp.let_go(p_n int, p_start timestamptz) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v text;
BEGIN
    PERFORM pg_temp.book(p_n, p_start, 1);
    PERFORM pg_temp.cancel(p_n);
    v := pg_temp.work();
    PERFORM kf.clock_shift(1801);
    RETURN v || ', ' || pg_temp.work();
END $$;
SELECT is(pg_temp.let_go(1051, '2026-06-05 18:00Z'), '1 0, 0 1', 'one');
SELECT is(pg_temp.let_go(1052, '2026-06-05 19:00Z'), '1 0, 0 1', 'two');
SELECT is(pg_temp.let_go(1053, '2026-06-05 18:00Z'), '1 0, 0 1', 'three');
SELECT is(pg_temp.let_go(1054, '2026-06-05 20:00Z'), '0 0, 0 0', 'who answers none is asked no more');

-- The known busy times of a connected calendar count. While they are unknown, the offer waits.
SELECT t.calendar(1, 5000, 12);
SELECT is(t.read(1, '{[2026-06-05 14:00Z,2026-06-05 14:30Z)}', 12), 'go true', 'a calendar');
SELECT pg_temp.join(7251, jsonb_build_object('email', 'j@example.test', 'day', '2026-06-05', 'service', t.id(102), 'professional', t.id(112)));
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT kf.freed_put(t.id(100), NULL, t.id(112), '2026-06-05 14:00Z', '2026-06-05 14:15Z');
SELECT is(pg_temp.work(), '0 0', 'something is there');
SELECT kf.freed_put(t.id(100), NULL, t.id(112), '2026-06-05 15:00Z', '2026-06-05 15:15Z');
SELECT is(pg_temp.work(), '1 0', 'and there nothing');
SELECT alike(pg_temp.line(), '7251 offered 1 12 15:00%', 'offered');
SELECT pg_temp.clear();
SELECT pg_temp.join(7252, jsonb_build_object('email', 'j@example.test', 'day', '2026-06-05', 'service', t.id(102), 'professional', t.id(112)));
SELECT kf.clock_shift(3600);
SELECT kf.freed_put(t.id(100), NULL, t.id(112), '2026-06-05 16:00Z', '2026-06-05 16:15Z');
SELECT is(pg_temp.work(), '0 0', 'what was read an hour ago is not known now');
SELECT is((SELECT count(*) FROM kf.freed), 1::bigint, 'it is looked at again');
SELECT is(pg_temp.work(), '0 0', 'not at once');
SELECT kf.clock_shift(61);
SELECT is(t.read(1, '{}', 12), 'go true', 'read again');
SELECT is(pg_temp.work(), '1 0', 'a minute later');
SELECT pg_temp.clear();

-- The merchant's list, page by page; and past entries.
SELECT pg_temp.join(7300 + i, jsonb_build_object('email', format('k%s@example.test', i), 'day', date '2026-06-07' + i % 2)) FROM generate_series(1, 5) i;
SELECT results_eq($$ SELECT right(w->>'id', 4) || ' ' || (w->>'day') || ' ' || (w->'service'->>'name') FROM jsonb_array_elements(kf.waiting_page(t.id(100), '{"limit":3}')->'items') w $$,
    $$ VALUES ('7302 2026-06-07 Consulta'), ('7304 2026-06-07 Consulta'), ('7301 2026-06-08 Consulta') $$, 'by day and order');
SELECT results_eq($$ SELECT right(w->>'id', 4) FROM jsonb_array_elements(kf.waiting_page(t.id(100), jsonb_build_object('after', kf.waiting_page(t.id(100), '{"limit":3}')->>'next'))->'items') w $$,
    $$ VALUES ('7303'), ('7305') $$, 'the next page');
SELECT is(jsonb_array_length(kf.waiting_page(t.id(100), '{"day":"2026-06-07"}')->'items'), 2, 'of one day');
SELECT is(jsonb_array_length(kf.waiting_page(t.id(100), '{"state":"taken"}')->'items'), 2, 'who took a time');
SELECT is(kf.waiting_page(t.id(200), '{"state":"all"}'), '{"next": null, "items": []}', 'nobody of another business');
SELECT is(kf.waiting_remove(t.id(200), t.id(7301)), NULL, 'nor taken off by it');
SELECT is(t.refusal($$ SELECT kf.waiting_page(t.id(100), '{"state":"x"}') $$), 'KF422 state', 'no such state');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT t.clock('2026-06-08 04:59:59Z');
SELECT kf.work_sweep(100);
SELECT is((SELECT count(*) FROM kf.waiting w WHERE w.state = 'waiting'), 5::bigint, 'until the day is over where the business is');
SELECT t.clock('2026-06-08 05:00:00Z');
SELECT kf.work_sweep(100);
SELECT is((SELECT count(*) FROM kf.waiting w WHERE w.state = 'waiting'), 3::bigint, 'then');
SELECT t.clock('2026-07-20 05:00:00Z');
SELECT kf.work_sweep(100); SELECT kf.work_sweep(100);
SELECT is((SELECT count(*) FROM kf.waiting w), 0::bigint, 'and a month later nobody is there any more');
SELECT is((SELECT count(*) FROM kf.waiting_token), 0::bigint, 'nor their links');

-- The day is in the customer's zone, wherever the business is: the offered slots are those that the customer's page
-- shows.
SELECT t.clock('2026-08-03 12:00Z');
SELECT pg_temp.join(7401, '{"email":"l@example.test","day":"2026-08-06","timezone":"Pacific/Auckland"}'); SELECT kf.clock_shift(1);
SELECT pg_temp.join(7402, '{"email":"m@example.test","day":"2026-08-06"}');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT kf.freed_put(t.id(100), NULL, t.id(111), '2026-08-06 13:00Z', '2026-08-06 13:30Z');
SELECT is(pg_temp.work(), '1 0', 'the sixth in Bogota');
SELECT alike(pg_temp.line(), '7401 waiting, 7402 offered 1 11 13:00%', 'is the seventh in Auckland');
SELECT kf.freed_put(t.id(100), NULL, t.id(111), '2026-08-05 14:00Z', '2026-08-05 14:30Z');
SELECT is(pg_temp.work(), '1 0', 'the fifth in Bogota');
SELECT alike(pg_temp.line(), '7401 offered 1 11 14:00%', 'is the sixth in Auckland');
SELECT pg_temp.clear();
SELECT t.tenant(3, 'Pacific/Auckland');
SELECT is(kf.waiting_add(t.id(300), t.id(7403), pg_temp.ask(jsonb_build_object('link', 'link003', 'service', t.id(301), 'day', '2026-08-05', 'timezone', 'America/Bogota')))->>'timezone',
    'America/Bogota', 'whose day it is');
SELECT set_config('kf.tenant', t.id(300)::text, true);
SELECT kf.freed_put(t.id(300), NULL, t.id(311), '2026-08-05 21:00Z', '2026-08-05 21:30Z');
SELECT is(pg_temp.work(), '1 0', 'the sixth in Auckland is the fifth in Bogota');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT pg_temp.join(7404, '{"email":"n@example.test","day":"2026-08-05","timezone":"Pacific/Auckland"}'), pg_temp.join(7405, '{"email":"o@example.test","day":"2026-08-05"}');
SELECT t.clock('2026-08-05 11:59:59Z');
SELECT kf.work_sweep(100);
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is(pg_temp.line(), '7404 waiting, 7405 waiting', 'until the day is over where they are');
SELECT t.clock('2026-08-05 12:00:00Z');
SELECT kf.work_sweep(100);
SELECT is(pg_temp.line(), '7405 waiting', 'seventeen hours before it is in Bogota');
SELECT is(pg_temp.refused('{"day":"2026-08-05","timezone":"Pacific/Auckland"}'), 'KF422 day', 'nobody can wait for it then');
-- A zone that is missing from the server's data: its customer's day is the business's day, and nobody else is delayed.
SELECT pg_temp.clear();
SELECT pg_temp.join(7406, '{"email":"p@example.test","day":"2026-08-06"}'); SELECT kf.clock_shift(1);
SELECT pg_temp.join(7407, '{"email":"q@example.test","day":"2026-08-06"}');
UPDATE kf.waiting SET customer_zone = 'Nowhere/Gone' WHERE waiting_id IN (t.id(7406), t.id(7407));
SELECT pg_temp.book(1401, '2026-08-06 14:00Z', 1);
SELECT lives_ok($$ SELECT pg_temp.cancel(1401) $$, 'a booking is cancelled all the same');
SELECT is(pg_temp.work(), '1 0', 'its time is offered');
SELECT alike(pg_temp.line(), '7406 offered 1 11 14:00%, 7407 waiting', 'to the first');
SELECT is((SELECT m.facts->>'customer_zone' || ' ' || (m.facts->>'start') FROM kf.mail m WHERE m.kind = 'waiting_offer' AND m.facts->>'waiting' = t.id(7406)::text),
    'America/Bogota 2026-08-06T09:00:00-05:00', 'as the business reads it');
SELECT is(pg_temp.join(7408, '{"email":"q@example.test","day":"2026-08-07"}'), '7408 waiting', 'who waits there may wait for more');
SELECT t.clock('2026-08-07 05:00:00Z');
SELECT kf.work_sweep(100);
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT w.state FROM kf.waiting w WHERE w.waiting_id = t.id(7407)), 'over', 'and is done with when the day is');
SELECT set_config('kf.tenant', t.id(100)::text, true);
-- A day has a hundred places in total.
SELECT is((SELECT count(*) FROM generate_series(1, 110) i WHERE pg_temp.refused(jsonb_build_object('day', '2026-08-20', 'email', format('w%s@example.test', i))) = 'ok'),
    100::bigint, 'a hundred');
SELECT is(pg_temp.refused('{"day":"2026-08-21"}'), 'ok', 'other days go on');
SELECT * FROM finish();
ROLLBACK;
