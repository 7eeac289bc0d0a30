-- Limits of unpaid holds: per address, per network, per professional's day. Each attack is tried without the limits
-- too.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 05:00Z');    -- a Monday, midnight in Bogota
SELECT t.tenant(1), t.tenant(2);

-- Holds the half-hour service for address p_from of network p_net (0: unknown), with proofs of p_work bits.
CREATE FUNCTION pg_temp.take(p_claim int, p_start timestamptz, p_from bigint, p_net bigint, p_bounds int[] DEFAULT '{60,400,50,17}',
    p_work int DEFAULT 0, p_who int DEFAULT 11, p_tenant int DEFAULT 1, p_replaces int DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT * FROM kf.hold_take(%L, %L, %L, %L, %L, %L, %L, 600, NULL, %L, NULL, %L, %L, %L, %L)',
        t.id(p_tenant * 100), t.id(p_claim), 'link00' || p_tenant, t.id(p_tenant * 100 + 1), t.id(p_tenant * 100 + p_who), p_start,
        t.hash('token ' || p_claim), CASE WHEN p_replaces IS NOT NULL THEN t.hash('token ' || p_replaces) END,
        nullif(p_from, 0), nullif(p_net, 0), p_bounds, p_work))
$$;
-- Start p_n of one professional: 18 a day, from tomorrow on.
CREATE FUNCTION pg_temp.start(p_n int) RETURNS timestamptz LANGUAGE sql AS $$
    SELECT timestamptz '2026-06-02 13:00Z' + p_n / 18 * interval '1 day' + p_n % 18 * interval '30 minutes'
         + CASE WHEN p_n % 18 >= 8 THEN interval '1 hour' ELSE '0' END
$$;
CREATE FUNCTION pg_temp.held() RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM kf.claim WHERE state IN ('held', 'pending') AND expires_at > kf.now() $$;
CREATE FUNCTION pg_temp.clear() RETURNS void LANGUAGE sql AS $$ UPDATE kf.claim SET state = 'ended' $$;
SELECT set_config('kf.tenant', t.id(100)::text, true);

-- One address that takes half of the clinic's days: 531 of the 1,062 starts of 59 days, every second one of a day.
SELECT pg_temp.take(10000 + n, pg_temp.start(2 * n), 7, 70, '{0,0,0,17}') FROM generate_series(0, 530) n;
SELECT is(pg_temp.held(), 531::bigint, 'without a bound one address keeps half of all days');
SELECT pg_temp.clear();
SELECT is((SELECT count(*) FROM generate_series(0, 530) n WHERE pg_temp.take(20000 + n, pg_temp.start(2 * n), 7, 70) = 'ok'), 60::bigint,
    'with it sixty times');
SELECT is(pg_temp.take(30000, pg_temp.start(900), 7, 70, p_work => 27), 'KF433 address', 'and no work buys more');
SELECT is(pg_temp.take(30001, pg_temp.start(900), 8, 70), 'ok', 'its neighbours go on');
SELECT is(pg_temp.take(30002, pg_temp.start(900), 7, 70, p_tenant => 2), 'ok', 'and so does it at another business');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is(pg_temp.take(30008, pg_temp.start(902), 7, 70, p_replaces => 99999), 'KF433 address', 'nor a former hold that is invented');
SELECT is(pg_temp.take(30003, pg_temp.start(902), 7, 70, p_replaces => 20000), 'ok', 'a hold in the place of one''s own is none more');
SELECT kf.hold_release(t.id(100), t.id(20001), t.hash('token 20001'));
SELECT is(pg_temp.take(30004, pg_temp.start(904), 7, 70), 'ok', 'one given back is a new one');
SELECT t.book(1, 20002);
SELECT is(pg_temp.take(30005, pg_temp.start(906), 7, 70), 'KF433 address', 'a booking that is not paid counts');
SELECT t.pay(1, 'tx 1', t.ref(20002), 'APPROVED');
SELECT is(pg_temp.take(30006, pg_temp.start(906), 7, 70), 'ok', 'one that is does not');
SELECT kf.clock_shift(601);
SELECT is(pg_temp.take(30007, pg_temp.start(908), 7, 70), 'ok', 'what has ended does not, swept or not');
SELECT pg_temp.clear(), t.clock('2026-06-01 05:00Z');

-- A network of 250 addresses.
SELECT is((SELECT count(*) FROM generate_series(0, 530) n WHERE pg_temp.take(40000 + n, pg_temp.start(2 * n), n % 250 + 1, 70) = 'ok'), 400::bigint,
    'a network keeps four hundred');
SELECT is(pg_temp.take(50001, pg_temp.start(1001), 251, 70), 'KF433 network', 'and no more');
SELECT is(pg_temp.take(50000, pg_temp.start(1001), 1, 71), 'ok', 'another one goes on');
SELECT pg_temp.clear();

-- A thousand addresses of a thousand networks.
SELECT is((SELECT count(*) FROM generate_series(0, 1061) n WHERE pg_temp.take(60000 + n, pg_temp.start(n), n % 1000 + 1, n % 1000 + 1, '{60,400,0,17}') = 'ok'),
    1062::bigint, 'without a share they close all days');
SELECT pg_temp.clear();
SELECT is((SELECT count(*) FROM generate_series(0, 1061) n WHERE pg_temp.take(70000 + n, pg_temp.start(n), n % 1000 + 1, n % 1000 + 1) = 'ok'),
    531::bigint, 'with one they keep half of each');
SELECT is((SELECT max(n) FROM (SELECT count(*) AS n FROM kf.claim WHERE state = 'held' GROUP BY (slot_start AT TIME ZONE 'America/Bogota')::date) d),
    9::bigint, 'and of none more than half');
SELECT is(kf.hold_trouble(t.id(100)), '{"held": 531, "pending": 0, "days": 0}', 'half of a day alarms nobody');
SELECT is(pg_temp.take(80000, pg_temp.start(17), 5000, 5000), 'KF428 start', 'the next takes work');
SELECT is(pg_temp.take(80001, pg_temp.start(17), 5000, 5000, p_work => 16), 'KF428 start', 'and not too little');
SELECT is(pg_temp.take(80002, pg_temp.start(17), 5000, 5000, p_work => 17), 'ok', 'an honest browser does it');
SELECT is(pg_temp.take(80003, pg_temp.start(16), 5000, 5000, p_work => NULL), 'ok', 'or the details come with it');
SELECT is((SELECT string_agg((SELECT min(b) FROM generate_series(17, 20) b WHERE pg_temp.take(81000 + 10 * n + b, pg_temp.start(n), 6000, 6000, p_work => b) = 'ok')::text,
    ' ' ORDER BY n) FROM generate_series(9, 15) n), '18 18 19 19 20 20 20', 'the last of a day take more of it');
SELECT is(kf.hold_trouble(t.id(100)), '{"held": 540, "pending": 0, "days": 1}', 'more than that does');
SELECT is(kf.hold_trouble(t.id(200)), '{"held": 1, "pending": 0, "days": 0}', 'only the business it is about');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is(pg_temp.take(82000, pg_temp.start(17), 5000, 5000, p_who => 12), 'ok', 'somebody else''s day takes none');
SELECT pg_temp.clear();

-- Paid bookings do not count: an almost sold-out day requires no proof of work.
SELECT pg_temp.take(90000 + n, pg_temp.start(n), 0, 0, '{0,0,0,17}') FROM generate_series(0, 15) n;
UPDATE kf.claim SET state = 'booked', expires_at = NULL WHERE state = 'held';
SELECT is(pg_temp.take(91000, pg_temp.start(16), 5000, 5000), 'ok', 'nearly sold');
SELECT is(pg_temp.take(91001, pg_temp.start(17), 5001, 5001), 'ok', 'the last one');
SELECT pg_temp.clear();
-- The first two holds of a day require none either, on days of any length.
SELECT kf.professional_hours_set(t.id(100), t.id(112), (SELECT jsonb_build_object('hours', jsonb_agg(jsonb_build_object('weekday', d, 'kind', 'work', 'starts', '08:00', 'ends', '09:00')))
    FROM generate_series(1, 7) d));
SELECT is(pg_temp.take(92000, pg_temp.start(0), 1, 1, p_who => 12), 'ok', 'of an hour the first half');
SELECT is(pg_temp.take(92001, pg_temp.start(1), 2, 2, p_who => 12), 'ok', 'and the second');
SELECT pg_temp.clear();

-- Honest crowds: forty people of one address, three hundred of one network, on days of two professionals.
SELECT is((SELECT count(*) FROM generate_series(0, 39) n WHERE pg_temp.take(93000 + n, pg_temp.start(n / 8 * 18 + n % 8), 3, 3) = 'ok'), 40::bigint,
    'forty people behind one address');
SELECT pg_temp.clear();
SELECT is((SELECT count(*) FROM generate_series(0, 299) n WHERE pg_temp.take(94000 + n, pg_temp.start(n / 8 * 18 + n % 8), n % 200, 3) = 'ok'), 300::bigint,
    'three hundred visitors of one network');
SELECT pg_temp.clear();

-- A hold is short until the customer opens the details, by the page or by the booking.
CREATE FUNCTION pg_temp.left(p_claim int) RETURNS text LANGUAGE sql AS $$
    SELECT to_char(expires_at - kf.now(), 'MI:SS') FROM kf.claim WHERE claim_id = t.id(p_claim) $$;
SELECT pg_temp.take(94500 + n, pg_temp.start(n), 9, 9, '{60,400,0,17,300}') FROM generate_series(0, 3) n;
SELECT kf.clock_shift(60);
SELECT is(pg_temp.left(94500), '04:00', 'five minutes');
SELECT is((SELECT r.expires_at - kf.now() FROM kf.hold_read(t.id(100), t.hash('token 94501')) r), interval '9 minutes', 'on the page of the details it is ten');
SELECT is((SELECT r.expires_at - kf.now() FROM kf.hold_read(t.id(100), t.hash('token 94501')) r), interval '9 minutes', 'not more with each look');
SELECT t.book(1, 94502);
SELECT is(pg_temp.left(94502), '09:00', 'a booking has the same to be paid');
SELECT is((SELECT hold_expires_at - kf.now() FROM kf.booking WHERE booking_id = t.id(94502)), interval '9 minutes', 'and says so');
SELECT kf.clock_shift(300);
SELECT is(t.refusal($$ SELECT t.book(1, 94503) $$), 'KF415', 'after five it is over');
SELECT is((SELECT r.expires_at < kf.now() FROM kf.hold_read(t.id(100), t.hash('token 94503')) r), true, 'and a look brings nothing back');
SELECT is(pg_temp.take(94510, pg_temp.start(3), 9, 9), 'ok', 'the time is free');
SELECT is(pg_temp.take(94511, pg_temp.start(1), 9, 9), 'KF412 start', 'the others are kept');
SELECT pg_temp.clear(), t.clock('2026-06-01 05:00Z');

-- Servers of earlier releases send no address, and have no limits.
SELECT is((SELECT count(*) FROM generate_series(0, 99) n WHERE t.hold(1, 95000 + n, pg_temp.start(n)) IS NOT NULL), 100::bigint, 'as before');
SELECT * FROM finish();
ROLLBACK;
