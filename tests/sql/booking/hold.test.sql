-- Holds: each refusal, the expiry to the second, the daily maximum, any professional.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');    -- a Monday, 07:00 in Bogota
SELECT t.tenant(1), t.tenant(2);
SELECT set_config('kf.tenant', t.id(100)::text, true);

CREATE FUNCTION pg_temp.try(p_start timestamptz, p_service int DEFAULT 1, p_professional int DEFAULT 11,
    p_link text DEFAULT 'link001', p_claim int DEFAULT 9999, p_zone text DEFAULT 'America/Bogota', p_replaces int DEFAULT NULL)
RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT * FROM kf.hold_create(%L, %L, %L, %L, %L, %L, %L, 600, %L, %L)',
        t.id(100), t.id(p_claim), p_link, t.id(100 + p_service), t.id(100 + p_professional), p_start,
        t.hash('token ' || p_claim), p_zone, CASE WHEN p_replaces IS NOT NULL THEN t.hash('token ' || p_replaces) END))
$$;

-- A hold as the function returns it.
SELECT results_eq($$ SELECT * FROM kf.hold_create(t.id(100), t.id(1001), 'link001', t.id(103), t.id(111),
        '2026-06-02 14:00Z', t.hash('token 1001'), 600, NULL, NULL) $$,
    $$ VALUES (t.id(1001), t.id(111), 'Professional 1', timestamptz '2026-06-02 14:00Z', timestamptz '2026-06-02 15:00Z',
               timestamptz '2026-06-01 12:10Z', 9500000::bigint, 9500000::bigint, 'COP') $$, 'a hold');
SELECT results_eq($$ SELECT * FROM kf.busy_read(t.id(100), ARRAY[t.id(112), t.id(111)], '2026-06-02', '2026-06-03') $$,
    $$ VALUES (0, timestamptz '2026-06-01 12:00Z', NULL::timestamptz, (SELECT catalog_version FROM kf.tenant), false),
              (2, timestamptz '2026-06-02 13:50Z', '2026-06-02 15:20Z', NULL, false) $$, 'is busy, its buffers with it');
SELECT is((SELECT (r.service_name, r.professional_name, r.state, r.link_public_id, r.charge_cents, r.customer_zone, r.booking_id)::text
           FROM kf.hold_read(t.id(100), t.hash('token 1001')) r),
    '(Terapia,"Professional 1",held,link001,9500000,America/Bogota,)', 'and read by its token');
SELECT is_empty($$ SELECT * FROM kf.hold_read(t.id(100), t.hash('token 1')) $$, 'and by no other');
SELECT is_empty($$ SELECT * FROM kf.hold_read(t.id(200), t.hash('token 1001')) $$, 'nor in another tenant');

-- Refusals.
SELECT is(pg_temp.try(s::timestamptz, p_claim => 9900 + n::int), want, what) FROM (SELECT row_number() OVER () AS n, * FROM (VALUES
    ('2026-06-02 14:00Z', 'KF412 start', 'the same time'), ('2026-06-02 13:30Z', 'KF412 start', 'into the buffer before'),
    ('2026-06-02 15:15Z', 'KF412 start', 'into the buffer after'), ('2026-06-02 15:30Z', 'ok', 'after the buffer'),
    ('2026-06-02 14:07Z', 'KF413 start', 'off the grid'), ('2026-06-02 14:00:00.5Z', 'KF413 start', 'off the grid by half a second'),
    ('2026-06-02 12:45Z', 'KF413 start', 'before the hours'), ('2026-06-02 17:00Z', 'KF413 start', 'in the break'),
    ('2026-06-02 16:45Z', 'KF413 start', 'into the break'), ('2026-06-02 22:30Z', 'ok', 'the last of the day'),
    ('2026-06-02 22:45Z', 'KF413 start', 'past the end of the day'), ('2026-05-31 14:00Z', 'KF413 start', 'in the past'),
    ('2126-06-02 14:00Z', 'KF413 start', 'in a hundred years'), ('2026-07-31 13:00Z', 'KF413 start', 'just past the horizon'),
    ('2026-07-30 22:30Z', 'ok', 'the last before the horizon')) v(s, want, what)) q(n, s, want, what);
-- (each "ok" above was a hold: delete them again)
UPDATE kf.claim SET state = 'ended' WHERE claim_id BETWEEN t.id(9900) AND t.id(9950);
SELECT is(pg_temp.try('2026-06-02 18:00Z', 1, 11, 'link999', 9998), 'KF411', 'an unknown link');
SELECT is(pg_temp.try('2026-06-02 18:00Z', 1, 11, 'link002', 9998), 'KF411', 'another tenant''s link');
SELECT is(pg_temp.try('2026-06-02 18:00Z', 9, 11, 'link001', 9998), 'KF422 service', 'an unknown service');
SELECT is(pg_temp.try('2026-06-02 18:00Z', 1, 19, 'link001', 9998), 'KF422 professional', 'an unknown professional');
SELECT is(pg_temp.try('2026-06-02 18:00Z', 1, 11, 'link001', 9998, 'america/bogota'), 'KF422 timezone', 'not a time zone');
SELECT is(pg_temp.try(NULL, 1, 11, 'link001', 9998), 'KF413 start', 'no start');
UPDATE kf.service SET active = false WHERE service_id = t.id(102);
SELECT is(pg_temp.try('2026-06-02 18:00Z', 2), 'KF422 service', 'an archived service');
UPDATE kf.professional SET active = false WHERE professional_id = t.id(112);
SELECT is(pg_temp.try('2026-06-02 18:00Z', 1, 12), 'KF422 professional', 'an archived professional');
UPDATE kf.professional SET active = true;
DELETE FROM kf.professional_service WHERE service_id = t.id(103) AND professional_id = t.id(112);
SELECT is(pg_temp.try('2026-06-02 18:00Z', 3, 12), 'KF422 professional', 'a professional who does not offer it');
UPDATE kf.service SET notice_min = 120 WHERE service_id = t.id(101);
SELECT is(pg_temp.try('2026-06-01 13:45Z'), 'KF413 start', 'less than the notice');
SELECT is(pg_temp.try('2026-06-01 14:00Z', 1, 11, 'link001', 9997), 'ok', 'exactly the notice');
SELECT kf.link_create(t.id(100), t.id(151), 'expired1', '{"name":"x","expires_at":"2026-06-01T12:00:00Z"}'),
       kf.link_create(t.id(100), t.id(152), 'expires1', '{"name":"x","expires_at":"2026-06-01T12:00:01Z"}'),
       kf.link_create(t.id(100), t.id(153), 'inactive1', '{"name":"x","active":false}'),
       kf.link_create(t.id(100), t.id(154), 'usedup1', '{"name":"x","max_uses":1}'),
       kf.link_create(t.id(100), t.id(155), 'locked1', format('{"name":"x","locked":true,"service":"%s","professional":"%s"}', t.id(101), t.id(112))::jsonb),
       kf.link_create(t.id(100), t.id(156), 'chosen1', format('{"name":"x","service":"%s","professional":"%s"}', t.id(101), t.id(112))::jsonb);
UPDATE kf.booking_link SET uses = 1 WHERE link_id = t.id(154);
SELECT is(pg_temp.try('2026-06-03 14:00Z', 1, p, link, 9000 + n), want, link || ' ' || p) FROM (VALUES
    (1, 11, 'expired1', 'KF410'), (2, 11, 'expires1', 'ok'), (3, 11, 'inactive1', 'KF411'), (4, 11, 'usedup1', 'KF411'),
    (5, 11, 'locked1', 'KF422 professional'), (6, 12, 'locked1', 'ok'), (7, 11, 'chosen1', 'KF412 start')) q(n, p, link, want);
SELECT is(pg_temp.try('2026-06-03 16:00Z', 3, 12, 'locked1', 9020), 'KF422 service', 'a locked link''s service');
SELECT is((SELECT professional_id FROM kf.hold_create(t.id(100), t.id(9021), 'locked1', t.id(101), NULL, '2026-06-03 16:00Z',
    t.hash('token 9021'), 600, NULL, NULL)), t.id(112), 'any professional through a locked link is the link''s');
SELECT kf.tenant_suspend(t.id(100), true);
SELECT is(pg_temp.try('2026-06-05 14:00Z'), 'KF419', 'a suspended tenant');
SELECT kf.tenant_suspend(t.id(100), false);
SELECT is(t.refusal($$ SELECT t.hold(7, 1, '2026-06-05 14:00Z') $$), 'KF419', 'a tenant that is not there');

-- The expiry of a hold, by the clock alone.
SELECT t.clock('2026-06-01 12:00Z');
SELECT is(t.hold(1, 2001, '2026-06-04 14:00Z'), t.id(111), 'held for ten minutes');
SELECT t.clock('2026-06-01 12:09:59Z');
SELECT is(pg_temp.try('2026-06-04 14:00Z', 1, 11, 'link001', 2002), 'KF412 start', 'a second before its end it is refused to others');
SELECT t.clock('2026-06-01 12:10:01Z');
SELECT is_empty($$ SELECT * FROM kf.busy_read(t.id(100), ARRAY[t.id(111)], '2026-06-04 14:00Z', '2026-06-04 15:00Z') WHERE no > 0 $$,
    'a second after it nothing is busy');
SELECT is(t.refusal('SELECT t.book(1, 2001)'), 'KF415', 'it cannot be booked any more');
SELECT is(pg_temp.try('2026-06-04 14:15Z', 1, 11, 'link001', 2003), 'ok', 'and another takes an overlapping time');
SELECT is((SELECT state FROM kf.claim WHERE claim_id = t.id(2001)), 'ended', 'which ended it');

-- Release.
SELECT is(t.refusal('SELECT kf.hold_release(t.id(100), t.id(2003), t.hash(''token 2001''))'), 'KF416', 'another hold''s token');
SELECT is(t.refusal('SELECT kf.hold_release(t.id(100), t.id(2004), t.hash(''token 2004''))'), 'KF404', 'no such hold');
SELECT is(t.refusal('SELECT kf.hold_release(t.id(200), t.id(2003), t.hash(''token 2003''))'), 'KF404', 'not in another tenant');
SELECT is(t.refusal('SELECT kf.hold_release(t.id(100), t.id(2003), t.hash(''token 2003''))'), 'ok', 'released');
SELECT is(t.refusal('SELECT kf.hold_release(t.id(100), t.id(2003), t.hash(''token 2003''))'), 'ok', 'and again');
SELECT is(t.hold(1, 2005, '2026-06-04 14:00Z'), t.id(111), 'free again');

-- A browser that chooses another slot.
SELECT is(t.hold(1, 2006, '2026-06-04 14:15Z', p_replaces => 2005), t.id(111), 'onto an overlapping time');
SELECT is(t.hold(1, 2007, '2026-06-04 15:00Z', p_replaces => 2006), t.id(111), 'and away');
SELECT is((SELECT string_agg(state, ' ' ORDER BY claim_id) FROM kf.claim WHERE claim_id IN (t.id(2005), t.id(2006), t.id(2007))),
    'ended ended held', 'leaves one');
SELECT is(t.hold(1, 2008, '2026-06-04 15:30Z'), t.id(111), 'another browser');
SELECT is(pg_temp.try('2026-06-04 15:15Z', 1, 11, 'link001', 2009, 'UTC', 2007), 'KF412 start', 'onto its own and another''s');
SELECT is((SELECT state FROM kf.claim WHERE claim_id = t.id(2007)), 'held', 'refused, the former hold stays');

-- The daily maximum of a service, by the tenant's day.
UPDATE kf.service SET max_per_day = 2 WHERE service_id = t.id(101);
SELECT is(t.hold(1, 3001, '2026-06-10 14:00Z'), t.id(111), 'first of the day');
SELECT is_empty($$ SELECT * FROM kf.full_days(t.id(100), t.id(101), '2026-06-08', '2026-06-12') $$, 'not full');
SELECT is(t.hold(1, 3002, '2026-06-10 22:30Z', 1, 12), t.id(112), 'second');
SELECT results_eq($$ SELECT * FROM kf.full_days(t.id(100), t.id(101), '2026-06-08', '2026-06-12') $$,
    $$ VALUES (timestamptz '2026-06-10 05:00Z', timestamptz '2026-06-11 05:00Z') $$, 'full');
SELECT is(pg_temp.try('2026-06-10 15:00Z', 1, 11, 'link001', 3003), 'KF414 start', 'a third is refused');
SELECT is(pg_temp.try('2026-06-11 13:00Z', 1, 11, 'link001', 3003), 'ok', 'not on the next day');
SELECT is(t.hold(1, 3004, '2026-06-10 15:00Z', p_replaces => 3001), t.id(111), 'one that is replaced does not count');
SELECT is(pg_temp.try('2026-06-10 18:00Z', 3, 11, 'link001', 3005), 'ok', 'another service is not meant');
SELECT t.clock('2026-06-01 12:21Z');
SELECT is(t.hold(1, 3006, '2026-06-10 15:00Z'), t.id(111), 'nor one that has expired');
UPDATE kf.service SET max_per_day = NULL;

-- Any professional: the one with the fewest bookings that day.
SELECT is(array_agg(t.hold(1, 4000 + n, '2026-06-15 14:00Z'::timestamptz + n * interval '30 minutes', 1, NULL)),
          ARRAY[t.id(111), t.id(112), t.id(111), t.id(112)], 'in turn')
FROM generate_series(1, 4) n;
SELECT is(t.hold(1, 4010, '2026-06-16 14:00Z', 1, 11), t.id(111), 'the first is taken');
SELECT is(t.hold(1, 4011, '2026-06-16 14:00Z', 1, NULL), t.id(112), 'then the second');
SELECT is(t.refusal($$ SELECT t.hold(1, 4012, '2026-06-16 14:00Z', 1, NULL) $$), 'KF412 start', 'then nobody');
SELECT is(t.hold(1, 4013, '2026-06-16 15:00Z', 3, NULL), t.id(111), 'only those who offer the service');
SELECT is(t.refusal($$ SELECT t.hold(1, 4014, '2026-06-16 12:00Z', 1, NULL) $$), 'KF413 start', 'nobody works then');

-- The return URL, and the frame in which a hold was made.
CREATE FUNCTION pg_temp.at(p_claim int, p_start timestamptz, p_return text, p_frame text, p_replaces int DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT * FROM kf.hold_take_at(%L, %L, %L, %L, NULL, %L, %L, 600, %L, %L, NULL, NULL, NULL, NULL, 0, %L, %L)',
        t.id(100), t.id(p_claim), 'link001', t.id(101), p_start, t.hash('token ' || p_claim), 'America/Bogota',
        CASE WHEN p_replaces IS NOT NULL THEN t.hash('token ' || p_replaces) END, p_return, t.hash(p_frame)))
$$;
CREATE FUNCTION pg_temp.holds(p int[]) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', x.state, x.return_url), ', ' ORDER BY x.claim_id) FROM kf.claim x, unnest(p) n WHERE x.claim_id = t.id(n) $$;
UPDATE kf.tenant SET allowed_origins = '{https://shop.example}' WHERE tenant_id = t.id(100);
SELECT is(array_agg(kf.return_allowed(x, u)), ARRAY[true, true, true, false, false, false, false, false, false], 'addresses of the business')
FROM kf.tenant x, unnest(ARRAY['https://shop.example', 'https://Shop.example/?a=1#b', 'https://merchant.example/x', 'https://shop.example:8443/',
    'https://shop.example.evil.example/', 'https://shop.example@evil.example/', 'https://shop.example\@evil.example/', 'https://shop.example/a b',
    'https://shop.example/' || repeat('a', 1980)]) u WHERE x.tenant_id = t.id(100);
SELECT is(pg_temp.at(4020, '2026-06-17 14:00Z', 'https://evil.example/', NULL), 'KF422 return_url', 'another one is refused');
SELECT is(pg_temp.at(4021, '2026-06-17 14:00Z', 'https://shop.example/a', NULL), 'ok', 'a hold with an address');
SELECT is(pg_temp.at(4022, '2026-06-17 15:00Z', NULL, NULL, 4021), 'ok', 'the next one of the same browser');
SELECT is(pg_temp.holds('{4021,4022}'), 'ended https://shop.example/a, held https://shop.example/a', 'keeps it');
SELECT is(pg_temp.at(4023, '2026-06-17 16:00Z', NULL, 'frame'), 'ok', 'a hold in a frame');
SELECT is(pg_temp.at(4024, '2026-06-17 16:00Z', NULL, 'frame'), 'ok', 'its form sent twice');
SELECT is(pg_temp.at(4025, '2026-06-17 18:00Z', NULL, 'frame'), 'ok', 'another time');
SELECT is(pg_temp.at(4026, '2026-06-17 16:00Z', NULL, 'other'), 'ok', 'another frame');
SELECT is(pg_temp.holds('{4022,4023,4024,4025,4026}'), 'held https://shop.example/a, ended, ended, held, held', 'one time for each frame');
SELECT is((SELECT b.return_url FROM kf.booking_start_at(t.id(100), t.id(4022), t.id(4022), t.id(4022), t.hash('token 4022'), 'Ana Pérez', 'ana@example.test',
    '+573001234567', '', 'es', NULL, NULL, NULL, 'https://shop.example/b') s, kf.booking_read(t.id(100), s.booking_id, NULL) b), 'https://shop.example/b', 'that of the booking wins');
SELECT is(pg_temp.holds('{4022}'), 'pending', 'and the claim has it no more');
UPDATE kf.tenant SET allowed_origins = '{}' WHERE tenant_id = t.id(100);
SELECT is((SELECT b.return_url FROM kf.booking_read(t.id(100), t.id(4022), NULL) b), 'https://merchant.example/back', 'what is listed no more is not followed');

-- The constraint itself.
SELECT is(t.refusal(format($$ INSERT INTO kf.claim SELECT %L, gen_random_uuid(), professional_id, service_id, link_id, starts_at, ends_at,
    slot_start, slot_end, 'booked', NULL, sha256('x'), 1, 1, 'COP', 'UTC', kf.now() FROM kf.claim WHERE claim_id = %L $$, t.id(100), t.id(4010))),
    '23P01', 'overlap is refused by the table');
SELECT is(t.refusal(format($$ UPDATE kf.claim SET ends_at = starts_at + interval '24 hours 1 second' WHERE claim_id = %L $$, t.id(4010))),
    '23514', 'a claim is a day long at most');
SELECT * FROM finish();
ROLLBACK;
