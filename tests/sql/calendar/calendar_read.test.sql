-- Busy times of calendars: offered slots, readers, failures and notices.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
SELECT set_config('kf.tenant', t.id(100)::text, true);
INSERT INTO kf.staff (tenant_id, staff_id, email, role, state, password_hash, created_at) VALUES
    (t.id(100), t.id(141), 'a@one.example', 'owner', 'active', 'hash', kf.now()),
    (t.id(100), t.id(142), 'b@one.example', 'staff', 'active', 'hash', kf.now()),
    (t.id(100), t.id(143), 'c@one.example', 'owner', 'disabled', 'hash', kf.now());

-- The busy times of [p_from, p_to), professional 11 only.
CREATE FUNCTION pg_temp.busy(p_from timestamptz, p_to timestamptz, p_professional int DEFAULT 11) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(to_char(r.starts_at, 'MM-DD HH24:MI') || '-' || to_char(r.ends_at, 'MM-DD HH24:MI')
                      || CASE WHEN r.unread THEN '?' ELSE '' END, ' ' ORDER BY r.n)
    FROM (SELECT b.*, row_number() OVER () AS n FROM kf.busy_read(t.id(100), ARRAY[t.id(100 + p_professional)], p_from, p_to) b) r
    WHERE r.no = 1 $$;
CREATE FUNCTION pg_temp.judge(p_from timestamptz, p_to timestamptz, p_after timestamptz DEFAULT kf.now()) RETURNS text LANGUAGE sql AS $$
    SELECT kf.calendar_judge(t.id(100), t.id(111), p_from, p_to, p_after) $$;
CREATE FUNCTION pg_temp.begin(p_at timestamptz DEFAULT kf.now(), p_after timestamptz DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT b.verdict FROM kf.calendar_fresh_begin(t.id(100), t.id(111), p_at, p_after, 10) b $$;
-- A failed reading.
CREATE FUNCTION pg_temp.fail(p_verdict text DEFAULT 'retry', p_retry int DEFAULT 0, p_at timestamptz DEFAULT kf.now()) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    b record;
BEGIN
    SELECT * INTO b FROM kf.calendar_fresh_begin(t.id(100), t.id(111), p_at, NULL, 10);
    IF b.verdict <> 'go' THEN
        RETURN b.verdict;
    END IF;
    RETURN 'go ' || kf.calendar_read_failed(t.id(100), t.id(111), b.n, b.lease, b.now, p_verdict, 'said no', p_retry, 0);
END
$$;

-- Nobody has a calendar.
SELECT is(pg_temp.busy('2026-06-02', '2026-06-03'), NULL, 'without a calendar nothing is taken');
SELECT is(pg_temp.judge('2026-06-02 14:00Z', '2026-06-02 15:00Z', NULL), 'none', 'and there is nothing to ask');
SELECT is(pg_temp.begin(), 'none', 'nor to read');

-- Connected: nothing is offered before the first reading. The colleague is not affected.
SELECT t.calendar(1, 5000);
SELECT is(pg_temp.busy('2026-06-02', '2026-06-03'), '06-02 00:00-06-03 00:00?', 'never read: all is taken');
SELECT is(pg_temp.busy('2026-06-02', '2026-06-03', 12), NULL, 'not the colleague''s time');
SELECT is(pg_temp.judge('2026-06-02 14:00Z', '2026-06-02 15:00Z'), 'stale', 'nothing is known');
SELECT results_eq($$ SELECT w.tenant_id, w.professional_id, w.now, w.n, w.range_from, w.range_to, w.connection_id, w.provider,
        w.refresh_token_sealed, w.access_token_sealed, w.access_expires_at, w.calendars FROM kf.work_calendar_reads(10, 30) w $$,
    $$ VALUES (t.id(100), t.id(111), timestamptz '2026-06-01 12:00Z', 0, timestamptz '2026-06-01 11:50Z', timestamptz '2026-07-31 11:50Z',
        t.id(5000), 'google', 'sealed-refresh', 'sealed-access', timestamptz '2026-06-01 13:00Z', ARRAY['cal-a', 'cal-b']) $$,
    'the duty reads it: the longest buffer before now, 60 days in all');
SELECT is_empty('SELECT FROM kf.work_calendar_reads(10, 30)', 'once');
SELECT is(pg_temp.begin(), 'wait', 'a request waits meanwhile');
SELECT is((SELECT (d.changed, d.recovered)::text FROM kf.calendar_busy b, kf.calendar_read_done(t.id(100), t.id(111), 0, gen_random_uuid(), kf.now(),
    '2026-06-01', '2026-06-02', '{}', 60, 900) d), '(f,f)', 'whoever has not the lease writes nothing');
SELECT is((SELECT read_at FROM kf.calendar_busy), NULL, '(nothing)');
SELECT is((SELECT (d.changed, d.recovered)::text FROM kf.calendar_busy b, kf.calendar_read_done(t.id(100), t.id(111), 0, b.lease, kf.now(), '2026-06-01 11:50Z',
    '2026-07-31 11:50Z', '{[2026-06-02 15:00Z,2026-06-02 16:00Z),[2026-06-02 16:30Z,2026-06-03 02:00Z)}', 60, 900) d), '(t,f)', 'it is read');
SELECT is(pg_temp.busy('2026-06-02', '2026-06-03'), '06-02 15:00-06-02 16:00 06-02 16:30-06-03 02:00', 'what is busy is taken, up to what reaches over the end');
SELECT is(pg_temp.busy('2026-06-02 15:30Z', '2026-06-02 16:10Z'), '06-02 15:00-06-02 16:00', 'and what reaches over the beginning');
SELECT is(pg_temp.busy('2026-06-02 16:00Z', '2026-06-02 16:30Z'), NULL, 'touching is not taking');
SELECT is(pg_temp.busy('2026-06-02 18:00Z', '2026-06-02 19:00Z'), '06-02 16:30-06-03 02:00', 'from within');
SELECT is(pg_temp.busy('2026-06-04', '2026-06-05'), NULL, 'the next days are free');
SELECT is(pg_temp.busy('2026-07-31', '2026-08-02'), '07-31 11:50-08-02 00:00', 'beyond what was read nothing is offered');
SELECT is(pg_temp.busy('2026-05-30', '2026-06-02'), NULL, 'what is over is not unknown');
SELECT is(pg_temp.judge(s::timestamptz, e::timestamptz), want, what) FROM (VALUES
    ('2026-06-02 14:00Z', '2026-06-02 15:00Z', 'free', 'until it begins'), ('2026-06-02 14:00Z', '2026-06-02 15:00:01Z', 'busy', 'a second into it'),
    ('2026-06-02 16:00Z', '2026-06-02 16:30Z', 'free', 'between'), ('2026-06-03 02:00Z', '2026-06-03 03:00Z', 'free', 'right after it'),
    ('2026-06-03 01:59Z', '2026-06-03 03:00Z', 'busy', 'a minute before its end'), ('2026-06-02 15:10Z', '2026-06-02 15:20Z', 'busy', 'inside'),
    ('2026-05-31 10:00Z', '2026-05-31 11:00Z', 'free', 'what is over'), ('2026-09-01 10:00Z', '2026-09-01 11:00Z', 'stale', 'beyond')) v(s, e, want, what);
SELECT is(pg_temp.judge('2026-06-02 14:00Z', '2026-06-02 15:00Z', NULL), 'stale', 'whoever does not say since when must ask');
SELECT is(pg_temp.judge('2026-06-02 14:00Z', '2026-06-02 15:00Z', '2026-06-01 12:00:01Z'), 'stale', 'and whoever came after the reading');
SELECT is(pg_temp.begin(), 'fresh', 'who came with it is served');
SELECT is(pg_temp.begin(p_after => '2026-06-01 12:00:01Z'), 'go', 'who came later reads');
UPDATE kf.calendar_busy SET lease_until = kf.now();
SELECT is(pg_temp.begin(p_after => '2026-06-01 12:00:01Z'), 'go', 'a lease that has ended is nobody''s');
UPDATE kf.calendar_busy SET lease = NULL, lease_until = NULL;

-- Holds and bookings request their own reading.
CREATE FUNCTION pg_temp.hold(p_claim int, p_start timestamptz, p_professional int, p_after timestamptz, p_service int DEFAULT 1) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT * FROM kf.hold_create(%L, %L, ''link001'', %L, %L, %L, %L, 600, NULL, NULL, %L)', t.id(100), t.id(p_claim),
        t.id(100 + p_service), t.id(100 + p_professional), p_start, t.hash('token ' || p_claim), p_after)) $$;
SELECT is(pg_temp.hold(1001, '2026-06-02 14:00Z', 11, NULL), 'KF432 ' || t.id(111), 'a hold needs a reading');
SELECT is(pg_temp.hold(1001, '2026-06-02 14:00Z', 11, kf.now()), 'ok', 'with one it holds');
SELECT is(pg_temp.hold(1002, '2026-06-02 14:00Z', 11, NULL), 'KF412 start', 'a time that is held needs none');
SELECT is(pg_temp.hold(1002, '2026-06-02 15:00Z', 11, kf.now()), 'KF412 start', 'what the calendar takes is taken');
SELECT is(pg_temp.hold(1002, '2026-06-02 14:30Z', 11, kf.now()), 'ok', 'up to where it begins');
SELECT is(pg_temp.hold(1003, '2026-06-02 20:00Z', 11, kf.now(), 3), 'KF412 start', 'the whole length counts');
SELECT is(pg_temp.hold(1003, '2026-06-02 13:00Z', 11, kf.now(), 3), 'KF412 start', 'of the buffers too (a hold)');
UPDATE kf.claim SET state = 'ended' WHERE claim_id = t.id(1002);
SELECT is(pg_temp.hold(1003, '2026-06-02 14:45Z', 11, kf.now(), 1), 'KF412 start', 'into the calendar by its length');
SELECT is(pg_temp.hold(1003, '2026-06-02 15:00Z', NULL, NULL), 'ok', 'anybody: the colleague without a calendar');
SELECT is((SELECT professional_id FROM kf.claim WHERE claim_id = t.id(1003)), t.id(112), '(that one)');
SELECT is(pg_temp.hold(1004, '2026-06-02 15:00Z', NULL, kf.now()), 'KF412 start', 'then nobody is left');
SELECT is(t.refusal(format('SELECT * FROM kf.booking_start(%L, %L, %L, %L, t.hash(''token 1001''), ''Ana'', ''a@example.test'', '''', '''', ''es'', NULL, %L)',
    t.id(100), t.id(1001), t.id(1001), t.id(1001), a)), want, what) FROM (VALUES
    (NULL, 'KF432 ' || t.id(111), 'a booking needs a reading'), ('2026-06-01 12:00:01Z', 'KF432 ' || t.id(111), 'of its own'),
    ('2026-06-01 12:00Z', 'ok', 'and begins with one'), (NULL, 'ok', 'sent again it asks nobody')) v(a, want, what);
SELECT is(t.refusal(format('SELECT * FROM kf.booking_retry(%L, %L, t.hash(''token 1001''), %L, %L)', t.id(100), t.id(1001), t.id(n), a)), want, what) FROM (VALUES
    (1001, NULL, 'ok', 'the same attempt again asks nobody'), (1009, NULL, 'KF432 ' || t.id(111), 'a second attempt does')) v(n, a, want, what);
CREATE FUNCTION pg_temp.add(p_start text, p_after timestamptz) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.booking_add(%L, %L, %L, %L)', t.id(100), gen_random_uuid(), jsonb_build_object('service', t.id(101), 'professional',
        t.id(111), 'start', p_start, 'outside_hours', true, 'customer', '{"name":"Luz","email":"l@example.test"}'::jsonb), p_after)) $$;
SELECT is(pg_temp.add('2026-06-03T14:00:00Z', NULL), 'KF432 ' || t.id(111), 'by hand too');
SELECT is(pg_temp.add('2026-06-02T17:00:00Z', kf.now()), 'KF412 start', 'not over the calendar');
SELECT is(pg_temp.add('2026-06-03T14:00:00Z', kf.now()), 'ok', 'beside it');
SELECT is(pg_temp.add('2026-06-01T08:00:00Z', NULL), 'ok', 'what is over needs no calendar');

-- A reading is valid for the TTL and one more, then no longer.
SELECT is((SELECT (valid_until, next_read_at)::text FROM kf.calendar_busy), '("2026-06-01 12:02:00+00","2026-06-01 12:01:00+00")', 'without a channel: read in a minute, good for two');
SELECT t.clock('2026-06-01 12:01:59Z');
SELECT is(pg_temp.busy('2026-06-04', '2026-06-05'), NULL, 'still known');
SELECT t.clock('2026-06-01 12:02:00Z');
SELECT is(pg_temp.busy('2026-06-04', '2026-06-05'), '06-04 00:00-06-05 00:00?', 'not any more');
SELECT is(pg_temp.fail(), 'go true', 'a reading fails: the first');
SELECT is((SELECT (failures, failed_at, next_read_at, error)::text FROM kf.calendar_busy), '(1,"2026-06-01 12:02:00+00","2026-06-01 12:02:02+00","said no")', 'the next one in two seconds');
SELECT is(pg_temp.begin(p_after => kf.now() + interval '1 second'), 'failed', 'until then nobody tries');
SELECT is(pg_temp.judge('2026-06-04 14:00Z', '2026-06-04 15:00Z', NULL), 'unreadable', 'nor is anybody told to');
SELECT is(pg_temp.hold(1005, '2026-06-04 14:00Z', 11, NULL), 'KF420 start', 'no hold');
SELECT is(pg_temp.hold(1005, '2026-06-04 14:00Z', NULL, NULL), 'ok', 'anybody: the colleague');
SELECT is(pg_temp.hold(1006, '2026-06-04 14:00Z', NULL, NULL), 'KF412 start', 'one unreadable, one taken: taken');
UPDATE kf.professional SET active = false WHERE professional_id = t.id(112);
SELECT is(pg_temp.hold(1006, '2026-06-04 16:00Z', NULL, NULL), 'KF420 start', 'all unreadable: so it is said');
UPDATE kf.professional SET active = true;
SELECT is_empty('SELECT FROM kf.work_calendar_reads(10, 30)', 'nor the duty');
SELECT is_empty('SELECT FROM kf.mail WHERE kind LIKE ''calendar%''', 'one failure is told to nobody');
SELECT t.clock('2026-06-01 12:02:02Z');
SELECT is(pg_temp.fail(), 'go false', 'not the first any more');
SELECT is((SELECT array_agg(to_address || ' ' || kind || ' ' || (facts->>'reason')) FROM kf.mail WHERE kind LIKE 'calendar%'), ARRAY['a@one.example calendar_unreadable said no'], 'the owners who can sign in are told');
SELECT is((SELECT next_read_at - kf.now() FROM kf.calendar_busy), interval '4 seconds', 'twice as long');
SELECT t.clock('2026-06-01 12:03Z');
UPDATE kf.calendar_busy SET failures = 20;
SELECT is(pg_temp.fail(), 'go false', 'the twenty-first');
SELECT is((SELECT next_read_at - kf.now() FROM kf.calendar_busy), interval '60 seconds', 'a minute at most');
SELECT t.clock('2026-06-01 12:04Z');
SELECT pg_temp.fail('limit', 300);
SELECT is((SELECT next_read_at - kf.now() FROM kf.calendar_busy), interval '5 minutes', 'or what the provider says');
SELECT is((SELECT count(*) FROM kf.mail WHERE kind LIKE 'calendar%'), 1::bigint, 'told once');
SELECT t.clock('2026-06-01 18:02:02Z');
SELECT pg_temp.fail();
SELECT is((SELECT count(*) FROM kf.mail WHERE kind LIKE 'calendar%'), 2::bigint, 'and again after six hours');
SELECT t.clock('2026-06-01 18:04:02Z');
SELECT is((SELECT (d.changed, d.recovered)::text FROM kf.calendar_fresh_begin(t.id(100), t.id(111), kf.now(), NULL, 10) b,
    kf.calendar_read_done(t.id(100), t.id(111), 0, b.lease, b.now, b.range_from, b.range_to, '{[2026-06-02 15:00Z,2026-06-02 16:00Z)}', 60, 900) d), '(t,t)', 'recovers by itself');
SELECT is((SELECT (failures, failed_at, failing_since, error)::text FROM kf.calendar_busy), '(0,,,)', 'and forgets');
SELECT is((kf.calendar_get(t.id(100), t.id(111)))->'readable', 'true', 'readable');

-- A notice.
SELECT kf.calendar_channel_ask(t.id(100), t.id(5000), c, t.id(n), t.hash('channel ' || n), kf.now() + interval '7 days')
    FROM (VALUES ('cal-a', 7001), ('cal-b', 7002)) v(c, n);
SELECT is(kf.calendar_notify(t.id(7001), t.hash('channel 7001'), 'res-a', 1, true), 'ok', 'hello, before the opening is written');
SELECT is((SELECT changed_at FROM kf.calendar_busy), NULL, 'tells of no change');
SELECT kf.calendar_channel_opened(t.id(100), t.id(7001), 'res-a', kf.now() + interval '6 days'), kf.calendar_channel_opened(t.id(100), t.id(7002), 'res-b', kf.now() + interval '1 hour');
SELECT bag_eq($$ SELECT calendar_id, channel_due_at - kf.now() FROM kf.calendar_source $$,
    $$ VALUES ('cal-a', interval '5 days'), ('cal-b', interval '30 minutes') $$, 'opened anew a day before the end, or at half time');
SELECT is(kf.calendar_notify(t.id(n), t.hash(h), r, 9, false), 'unknown', what) FROM (VALUES (7001, 'channel 7002', 'res-a', 'a wrong token'),
    (7001, 'channel 7001', 'res-b', 'a wrong resource'), (7003, 'channel 7001', 'res-a', 'no such channel')) v(n, h, r, what);
SELECT is((SELECT changed_at FROM kf.calendar_busy), NULL, 'change nothing');
UPDATE kf.calendar_source SET sync_due_at = kf.now() + interval '15 minutes';
SELECT is(kf.calendar_notify(t.id(7001), t.hash('channel 7001'), 'res-a', 5, false), 'ok', 'a change');
SELECT is((SELECT (changed_at, next_read_at)::text FROM kf.calendar_busy), (kf.now(), kf.now())::text, 'is read at once');
SELECT is((SELECT array_agg(calendar_id) FROM kf.calendar_source WHERE sync_due_at = kf.now()), ARRAY['cal-a'], 'and the calendar looked through');
UPDATE kf.calendar_busy SET changed_at = NULL;
SELECT is(kf.calendar_notify(t.id(7001), t.hash('channel 7001'), 'res-a', 5, false), 'ok', 'the same notice again');
SELECT is((SELECT changed_at FROM kf.calendar_busy), NULL, 'is nothing new');
SELECT t.clock('2026-06-01 18:05:00Z');
SELECT b.verdict, kf.calendar_notify(t.id(7001), t.hash('channel 7001'), 'res-a', 6, false) FROM kf.calendar_fresh_begin(t.id(100), t.id(111), kf.now(), NULL, 10) b;
SELECT is((SELECT d.changed FROM kf.calendar_busy b, kf.calendar_read_done(t.id(100), t.id(111), 0, b.lease, kf.now() - interval '1 second', kf.now(), kf.now() + interval '60 days',
    '{[2026-06-02 15:00Z,2026-06-02 16:00Z)}', 60, 900) d), false, 'a reading that began before a notice');
SELECT is((SELECT (changed_at, next_read_at)::text FROM kf.calendar_busy), (kf.now(), kf.now())::text, 'does not answer it');
SELECT is(pg_temp.busy('2026-06-04', '2026-06-05'), NULL, 'what is known counts until the next reading');
SELECT t.clock('2026-06-01 18:05:01Z');
SELECT is(t.read(1, '{[2026-06-02 15:00Z,2026-06-02 16:00Z)}'), 'go false', 'which finds the same');
SELECT is((SELECT (changed_at, next_read_at - read_at, valid_until - read_at)::text FROM kf.calendar_busy), '(,00:15:00,00:16:00)', 'with a live channel for each: read in a quarter of an hour');
UPDATE kf.calendar_channel SET expires_at = kf.now() + interval '5 minutes' WHERE channel_id = t.id(7002);
SELECT t.clock('2026-06-01 18:05:02Z');
SELECT t.read(1, '{[2026-06-02 15:00Z,2026-06-02 16:00Z)}');
SELECT is((SELECT next_read_at - read_at FROM kf.calendar_busy), interval '299 seconds', 'or when the first channel ends');
SELECT kf.calendar_notify(t.id(7001), t.hash('channel 7001'), 'res-a', 7, false);
SELECT t.clock('2026-06-01 18:05:03Z');
SELECT is(pg_temp.fail(), 'go true', 'told of a change that cannot be read');
SELECT is(pg_temp.busy('2026-06-04', '2026-06-05'), '06-04 00:00-06-05 00:00?', 'what was known counts no more');
SELECT is(kf.calendar_notify(t.id(7001), t.hash('channel 7001'), 'res-a', 8, false), 'ok', 'another one');
SELECT is((SELECT next_read_at - kf.now() FROM kf.calendar_busy), interval '2 seconds', 'does not cut the waiting short');

-- Beyond sixty days.
SELECT t.clock('2026-06-01 19:00:00Z');
UPDATE kf.service SET horizon_days = 100 WHERE service_id = t.id(101);
SELECT is(t.read(1), 'go true', 'read again');
SELECT is((SELECT array_agg(n ORDER BY n) FROM kf.calendar_busy), ARRAY[0, 1], 'a longer horizon has a second row');
SELECT is(pg_temp.busy('2026-07-30', '2026-08-02'), '07-31 18:50-08-02 00:00?', 'that is not read yet');
SELECT is((SELECT array_agg((w.n, w.range_from, w.range_to)::text) FROM kf.work_calendar_reads(10, 30) w), ARRAY['(1,"2026-07-29 18:50:00+00","2026-09-27 18:50:00+00")'], 'it is due');
UPDATE kf.calendar_busy SET lease = NULL, lease_until = NULL;
SELECT is(t.read(1, '{[2026-08-01 15:00Z,2026-08-01 16:00Z)}', p_at => '2026-08-15 15:00Z'), 'go true', 'the time asked for says which');
SELECT is(pg_temp.busy('2026-07-30', '2026-08-02'), '08-01 15:00-08-01 16:00', 'without a gap between the two');
SELECT is((SELECT next_read_at - read_at FROM kf.calendar_busy WHERE n = 1), interval '15 minutes', 'read less often');
SELECT is(pg_temp.judge('2026-08-01 15:30Z', '2026-08-01 16:30Z'), 'busy', 'judged by it');
SELECT is(pg_temp.judge('2027-01-10 15:30Z', '2027-01-10 16:30Z'), 'stale', 'half a year ahead');
SELECT is(t.read(1, p_at => '2027-01-10 15:30Z'), 'go true', 'is read when it is asked for');
SELECT is(pg_temp.judge('2027-01-10 15:30Z', '2027-01-10 16:30Z'), 'free', 'and known');
SELECT is((SELECT array_agg(n || ' ' || (next_read_at = 'infinity') ORDER BY n) FROM kf.calendar_busy), ARRAY['0 false', '1 false', '3 true'], 'but not read again');
SELECT t.clock('2026-06-01 19:16Z');
SELECT is(pg_temp.busy('2027-01-10', '2027-01-11'), '01-10 00:00-01-11 00:00', 'once its time is over it is not known, which is nobody''s fault');
SELECT kf.calendar_notify(t.id(7001), t.hash('channel 7001'), 'res-a', 9, false);
SELECT is((SELECT array_agg(n ORDER BY n) FROM kf.calendar_busy WHERE next_read_at <= kf.now()), ARRAY[0, 1], 'nor is it read for a notice');
SELECT t.clock('2026-06-01 20:00:01Z');
SELECT t.read(1);
SELECT is((SELECT array_agg(n ORDER BY n) FROM kf.calendar_busy), ARRAY[0, 1], 'and forgotten after an hour');

-- No reading for professionals without bookings. Late money respects the known busy times.
SELECT t.clock('2026-06-01 21:00:00Z');
SELECT kf.tenant_suspend(t.id(100), true);
SELECT is_empty('SELECT FROM kf.work_calendar_reads(10, 30)', 'a suspended business is not read');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT min(next_read_at) FROM kf.calendar_busy), kf.now() + interval '1 minute', 'nor looked at all the time');
SELECT kf.tenant_suspend(t.id(100), false);
SELECT isnt_empty('SELECT FROM kf.work_calendar_reads(10, 30)', 'until it goes on');
SELECT set_config('kf.tenant', t.id(100)::text, true);
UPDATE kf.calendar_busy SET lease = NULL, lease_until = NULL;
SELECT t.read(1, '{[2026-06-02 14:15Z,2026-06-02 14:20Z)}');
UPDATE kf.claim SET state = 'ended' WHERE claim_id = t.id(1001);
UPDATE kf.booking SET status = 'expired' WHERE booking_id = t.id(1001);
SELECT is(t.pay(1, 'late', t.ref(1001), 'APPROVED'), 'refund_due', 'late money for a time that the calendar takes goes back');
UPDATE kf.calendar_busy SET busy = '{}', valid_until = '-infinity';
SELECT is(t.pay(1, 'late2', t.ref(1001), 'APPROVED'), 'applied', 'for one that nothing is known of it does not');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
