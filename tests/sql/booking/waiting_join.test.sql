-- Joining the waiting list: only for a full day, from a confirmed mailbox, with a limit per address and network.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
CREATE FUNCTION pg_temp.join(p_n int, p jsonb DEFAULT '{}', p_address bigint DEFAULT NULL, p_network bigint DEFAULT NULL,
                             p_bounds int[] DEFAULT '{3,5}') RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.waiting_join(t.id(100), t.id(%s), %L, %L, %L, %L)', p_n, jsonb_build_object('link', 'link001',
        'service', t.id(101), 'day', '2026-06-02', 'name', 'Eva Ruiz', 'email', format('e%s@example.test', p_n)) || p, p_address, p_network, p_bounds)) $$;
CREATE FUNCTION pg_temp.places() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('kf.tenant', t.id(100)::text, true);
    RETURN (SELECT string_agg(right(w.waiting_id::text, 4) || ' ' || w.state, ', ' ORDER BY w.waiting_id) FROM kf.waiting w);
END $$;
CREATE FUNCTION pg_temp.mails(p_n int) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(m.kind, ', ' ORDER BY m.created_at, m.kind) FROM kf.mail m WHERE m.facts->>'waiting' = t.id(p_n)::text $$;
CREATE FUNCTION pg_temp.confirm(p_n int, p_tenant int DEFAULT 100) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.waiting_confirm(t.id(%s), t.hash(%L))', p_tenant, 'leave ' || p_n)) $$;
-- Takes a professional's slot, as a booking would.
CREATE FUNCTION pg_temp.fill(p_n int, p_who int, p_from timestamptz, p_to timestamptz, p_expires timestamptz DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    c kf.claim;
    s kf.service;
    l kf.booking_link;
BEGIN
    PERFORM set_config('kf.tenant', t.id(100)::text, true);
    SELECT x.* INTO s FROM kf.service x WHERE x.tenant_id = t.id(100) AND x.service_id = t.id(101);
    SELECT x.* INTO l FROM kf.booking_link x WHERE x.tenant_id = t.id(100);
    c := kf.claim_of(t.id(p_n), l, s, p_from, t.hash('fill ' || p_n), 600, 'America/Bogota');
    c.professional_id := t.id(p_who);
    c.slot_end := p_to;
    c.ends_at := p_to;
    c.state := CASE WHEN p_expires IS NULL THEN 'booked' ELSE 'held' END;
    c.expires_at := p_expires;
    INSERT INTO kf.claim SELECT c.*;
END $$;

-- Only a full day: by claims, for any or for one professional, or by the daily maximum.
SELECT is(pg_temp.join(7001), 'KF409 day', 'a day with free times');
SELECT pg_temp.fill(1001, 111, '2026-06-02 13:00Z', '2026-06-02 23:00Z');
SELECT is(pg_temp.join(7001), 'KF409 day', 'while one of two is free');
SELECT is(pg_temp.join(7001, jsonb_build_object('professional', t.id(112))), 'KF409 day', 'that one above all');
SELECT is(pg_temp.join(7001, jsonb_build_object('professional', t.id(111))), 'ok', 'but the other one is full');
SELECT pg_temp.fill(1002, 112, '2026-06-02 13:15Z', '2026-06-02 23:00Z');
SELECT is(pg_temp.join(7002, jsonb_build_object('service', t.id(102))), 'KF409 day', 'a quarter of an hour is enough for a call');
SELECT is(pg_temp.join(7002), 'ok', 'not for what takes half an hour');
SELECT pg_temp.fill(1003, 112, '2026-06-02 13:00Z', '2026-06-02 13:15Z', '2026-06-01 12:05Z');
SELECT is(pg_temp.join(7003, jsonb_build_object('service', t.id(102))), 'ok', 'what is held is taken');
SELECT is(pg_temp.join(7004, '{"timezone":"Asia/Tokyo"}'), 'KF409 day', 'the same date of another zone is another day');
SELECT is(pg_temp.join(7004, '{"day":"2026-06-03","timezone":"Asia/Tokyo"}'), 'KF409 day', 'of which there are two halves');
SELECT kf.service_change(t.id(100), t.id(101), NULL, '{"max_per_day":1}')->>'max_per_day';
SELECT t.hold(1, 1004, '2026-06-04 14:00Z', 1);
SELECT is(pg_temp.join(7005, '{"day":"2026-06-04"}'), 'ok', 'the daily maximum');
SELECT kf.service_change(t.id(100), t.id(101), NULL, '{"max_per_day":null}')->>'max_per_day';
SELECT is(pg_temp.join(7006, '{"day":"2026-06-04"}'), 'KF409 day', 'without it there is room');
SELECT kf.closed_day_add(t.id(100), '{"day":"2026-06-05"}');
SELECT is(pg_temp.join(7006, '{"day":"2026-06-05"}'), 'KF422 day', 'nobody works that day');
SELECT is(pg_temp.places(), '7001 unverified, 7002 unverified, 7003 unverified, 7005 unverified', 'refusals change nothing');
SELECT t.clock('2026-06-02 22:59Z');
SELECT is(pg_temp.join(7006), 'KF422 day', 'nor is there any time of today any more');
SELECT t.clock('2026-06-01 12:00Z');
-- Calendar entries count. A calendar that cannot be read counts neither as full nor as free.
SELECT pg_temp.fill(1005, 111, '2026-06-03 13:00Z', '2026-06-03 23:00Z');
SELECT t.calendar(1, 5000, 12);
SELECT is(t.read(1, '{[2026-06-03 12:00Z,2026-06-03 23:30Z)}', 12), 'go true', 'a calendar');
SELECT is(pg_temp.join(7007, '{"day":"2026-06-03"}'), 'ok', 'full by it');
SELECT is(pg_temp.join(7008, '{"day":"2026-06-04"}'), 'KF409 day', 'not another day');

-- The guard removed: anybody joins for any day.
SAVEPOINT guarded;
RESET ROLE;
CREATE OR REPLACE FUNCTION kf.waiting_day_check(w kf.waiting) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$;
SET ROLE konfirmado_app;
SELECT is(pg_temp.join(7008, '{"day":"2026-06-04"}'), 'ok', 'without the guard a free day is waited for');
ROLLBACK TO guarded;

-- Unconfirmed: one mail, no effect on others, deleted after a day.
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is(pg_temp.mails(7002), 'waiting_confirm', 'asked');
SELECT is((SELECT m.useful_until FROM kf.mail m WHERE m.facts->>'waiting' = t.id(7002)::text), timestamptz '2026-06-02 12:00Z', 'while it can be confirmed');
SELECT is(pg_temp.join(7012, '{"email":"E7002@example.test"}'), 'ok', 'twice the same');
SELECT is(pg_temp.mails(7012), NULL, 'is asked once');
SELECT is((SELECT count(*) FROM kf.work_mails(100, 60, false, '{waiting_confirm}') w WHERE w.needs_tokens), 5::bigint, 'with links');
SELECT is((SELECT count(*) FROM kf.work_mails(100, 60, false) w WHERE w.kind LIKE 'waiting%'), 0::bigint, 'by who can make it');
SELECT kf.waiting_mint(t.id(100), t.id(n), 'leave', t.hash('leave ' || n)) FROM unnest(ARRAY[7001, 7002, 7003, 7005]) n;
SELECT results_eq($$ SELECT kind, state FROM kf.waiting_find(t.hash('leave 7002')) $$, $$ VALUES ('leave', 'open') $$, 'found');
SELECT is(kf.waiting_page(t.id(100), '{}')->'items', '[]', 'the merchant is not bothered');
SELECT is(jsonb_array_length(kf.waiting_page(t.id(100), '{"state":"unverified"}')->'items'), 5, 'unless asked');
SELECT kf.freed_put(t.id(100), NULL, t.id(111), '2026-06-02 14:00Z', '2026-06-02 14:30Z');
SELECT is((SELECT count(*) FROM kf.freed), 0::bigint, 'nobody waits yet');
SELECT is(pg_temp.confirm(7002, 200), 'KF416', 'not at another business');
SELECT is(t.refusal($$ SELECT kf.waiting_confirm(t.id(100), t.hash('x')) $$), 'KF416', 'nor by another link');
SELECT kf.clock_shift(3600);
SELECT is(pg_temp.confirm(7002), 'ok', 'confirmed');
SELECT is(pg_temp.confirm(7002), 'ok', 'twice is once');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT w.created_at FROM kf.waiting w WHERE w.waiting_id = t.id(7002)), kf.now(), 'they stand in line since then');
SELECT is(pg_temp.mails(7002), 'waiting_confirm, waiting_joined', 'told');
SELECT kf.freed_put(t.id(100), NULL, t.id(111), '2026-06-02 14:00Z', '2026-06-02 14:30Z');
SELECT is((SELECT count(*) FROM kf.freed), 1::bigint, 'somebody waits');
SELECT kf.waiting_leave(t.id(100), t.hash('leave 7003'));
SELECT is(pg_temp.confirm(7003), 'KF416', 'who left cannot');
SELECT is((SELECT count(*) FROM kf.mail m WHERE m.facts->>'waiting' = t.id(7003)::text AND NOT kf.mail_holds(m, NULL)), 1::bigint, 'nor is there anything to tell them');
SELECT t.clock('2026-06-02 11:59:59Z');
SELECT kf.work_sweep(100);
SELECT is(pg_temp.places(), '7001 unverified, 7002 waiting, 7003 left, 7005 unverified, 7007 unverified', 'for a day');
SELECT t.clock('2026-06-02 12:00Z');
SELECT results_eq($$ SELECT state FROM kf.waiting_find(t.hash('leave 7005')) $$, $$ VALUES ('over') $$, 'then it is over');
SELECT is(pg_temp.confirm(7005), 'KF416', 'and cannot be confirmed');
SELECT kf.work_sweep(100);
SELECT is(pg_temp.places(), '7001 over, 7002 waiting, 7003 left, 7005 over, 7007 over', 'as the sweep says');
SELECT is(pg_temp.join(7025, '{"email":"e7007@example.test","day":"2026-06-03"}'), 'ok', 'they may ask again');
-- A hundred have confirmed: the day's list is full. Unconfirmed entries take no place.
INSERT INTO kf.waiting (tenant_id, waiting_id, link_id, service_id, day, name, email, language, customer_zone, created_at, state)
SELECT t.id(100), t.id(7400 + i), t.id(121), t.id(101), '2026-06-03', 'Eva', format('h%s@example.test', i), 'es', 'America/Bogota', kf.now(), 'unverified'
FROM generate_series(1, 101) i;
SELECT is(pg_temp.join(7026, '{"day":"2026-06-03"}'), 'ok', 'places that nobody confirmed keep nobody out');
UPDATE kf.waiting SET state = 'waiting' WHERE waiting_id BETWEEN t.id(7401) AND t.id(7500);
SELECT kf.waiting_mint(t.id(100), t.id(7026), 'leave', t.hash('leave 7026'));
SELECT is(pg_temp.confirm(7026), 'KF409 day', 'a hundred that are do');
SELECT is(pg_temp.join(7027, '{"day":"2026-06-03"}'), 'KF422 day', 'nor can anybody join');
-- A person who already waits for ten days learns this on confirmation; no one else does.
INSERT INTO kf.waiting (tenant_id, waiting_id, link_id, service_id, day, name, email, language, customer_zone, created_at, state)
SELECT t.id(100), t.id(7600 + i), t.id(121), t.id(101), date '2026-06-08' + i, 'Eva', 'ten@example.test', 'es', 'America/Bogota',
       kf.now(), CASE WHEN i < 10 THEN 'waiting' ELSE 'unverified' END
FROM generate_series(1, 11) i;
SELECT kf.waiting_mint(t.id(100), t.id(n), 'leave', t.hash('leave ' || n)) FROM unnest(ARRAY[7610, 7611]) n;
SELECT is(pg_temp.confirm(7610), 'ok', 'the tenth');
SELECT is(pg_temp.confirm(7611), 'KF409 email', 'the eleventh');
SELECT is(pg_temp.join(7613, '{"email":"ten@example.test","day":"2026-06-02"}'), 'ok', 'a stranger hears nothing of it');
-- A past day cannot be joined either.
INSERT INTO kf.waiting (tenant_id, waiting_id, link_id, service_id, day, name, email, language, customer_zone, created_at, state)
SELECT t.id(100), t.id(7620), t.id(121), t.id(101), '2026-06-02', 'Eva', 'late@example.test', 'es', 'America/Bogota', kf.now(), 'unverified';
SELECT kf.waiting_mint(t.id(100), t.id(7620), 'leave', t.hash('leave 7620'));
SELECT t.clock('2026-06-03 05:00Z');
SELECT is(pg_temp.confirm(7620), 'KF416', 'the day is over');

-- From one address three times a day here, from one network five.
SELECT t.clock('2026-06-10 12:00Z');
SELECT pg_temp.fill(1010 + i, 110 + i, '2026-06-11 13:00Z', '2026-06-11 23:00Z') FROM generate_series(1, 2) i;
SELECT is(pg_temp.join(7100 + i, '{"day":"2026-06-11"}', 1, 100), CASE WHEN i <= 3 THEN 'ok' ELSE 'KF429' END, 'address, place ' || i) FROM generate_series(1, 4) i;
SELECT is(pg_temp.join(7110 + i, '{"day":"2026-06-11"}', 10 + i, 100), CASE WHEN i <= 2 THEN 'ok' ELSE 'KF429' END, 'network, place ' || i) FROM generate_series(1, 3) i;
SELECT is(pg_temp.join(7120, '{"day":"2026-06-11"}', 1, 200), 'ok', 'another network');
SELECT is(pg_temp.join(7121, '{"day":"2026-06-11"}'), 'ok', 'who is not told is not counted');
SELECT is(pg_temp.join(7122, '{"day":"2026-06-11"}', 1, 100, '{0,0}'), 'ok', 'no bounds');
SELECT set_config('kf.tenant', t.id(100)::text, true);
UPDATE kf.waiting SET state = 'waiting' WHERE waiting_id = t.id(7101);
SELECT is(pg_temp.join(7123, '{"day":"2026-06-11"}', 1, 100), 'KF429', 'confirmed ones count too');
SELECT kf.waiting_remove(t.id(100), t.id(7102))->>'state', kf.waiting_remove(t.id(100), t.id(7103))->>'state', kf.waiting_remove(t.id(100), t.id(7122))->>'state';
SELECT is(pg_temp.join(7124, '{"day":"2026-06-11"}', 1, 100), 'KF429', 'and those that were left');
SAVEPOINT guarded;
RESET ROLE;
CREATE OR REPLACE FUNCTION kf.joiner_full(w kf.waiting, p_max_address int, p_max_network int) RETURNS boolean LANGUAGE sql AS $$ SELECT false $$;
SET ROLE konfirmado_app;
SELECT is((SELECT count(*) FROM generate_series(1, 50) i WHERE pg_temp.join(7200 + i, '{"day":"2026-06-11"}', 1, 100) = 'ok'), 50::bigint, 'without the guard one address fills the list');
ROLLBACK TO guarded;
SELECT kf.clock_shift(3600 * 24 - 600);
SELECT is(pg_temp.join(7125, jsonb_build_object('day', '2026-06-11', 'service', t.id(102)), 1, 100), 'KF429', 'for a day');
SELECT kf.clock_shift(600);
SELECT is(pg_temp.join(7126, jsonb_build_object('day', '2026-06-11', 'service', t.id(102)), 1, 100), 'ok', 'a day later they are forgotten');
SELECT * FROM finish();
ROLLBACK;
