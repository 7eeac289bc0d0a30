-- Working windows and zones over every change of the clock of 2026 and 2027.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-01-01 12:00Z');
SELECT t.tenant(1);

-- The facts: zone, instant of the change, offsets in hours before and after. Rows of zones whose
-- rules changed lately hold from the version of the time-zone data in `since`.
CREATE TEMP TABLE change (zone text, at timestamptz, before_h numeric, after_h numeric, since text DEFAULT '');
INSERT INTO change (zone, at, before_h, after_h) VALUES
    ('America/New_York', '2026-03-08 07:00Z', -5, -4), ('America/New_York', '2026-11-01 06:00Z', -4, -5),
    ('America/New_York', '2027-03-14 07:00Z', -5, -4), ('America/New_York', '2027-11-07 06:00Z', -4, -5),
    ('Europe/London', '2026-03-29 01:00Z', 0, 1), ('Europe/London', '2026-10-25 01:00Z', 1, 0),
    ('Europe/London', '2027-03-28 01:00Z', 0, 1), ('Europe/London', '2027-10-31 01:00Z', 1, 0),
    ('Europe/Dublin', '2026-03-29 01:00Z', 0, 1), ('Europe/Dublin', '2026-10-25 01:00Z', 1, 0),
    ('Australia/Sydney', '2026-04-04 16:00Z', 11, 10), ('Australia/Sydney', '2026-10-03 16:00Z', 10, 11),
    ('Australia/Sydney', '2027-04-03 16:00Z', 11, 10), ('Australia/Sydney', '2027-10-02 16:00Z', 10, 11),
    ('Australia/Lord_Howe', '2026-04-04 15:00Z', 11, 10.5), ('Australia/Lord_Howe', '2026-10-03 15:30Z', 10.5, 11),
    ('America/Santiago', '2026-04-05 03:00Z', -3, -4), ('America/Santiago', '2026-09-06 04:00Z', -4, -3),
    ('America/Santiago', '2027-04-04 03:00Z', -3, -4), ('America/Santiago', '2027-09-05 04:00Z', -4, -3),
    ('Africa/Casablanca', '2026-02-15 02:00Z', 1, 0), ('Africa/Casablanca', '2026-03-22 02:00Z', 0, 1),
    ('Africa/Cairo', '2026-04-23 22:00Z', 2, 3), ('Africa/Cairo', '2026-10-29 21:00Z', 3, 2);
RESET ROLE;
CREATE TEMP TABLE installed AS
    SELECT substring(pg_read_file('/usr/share/zoneinfo/tzdata.zi', 0, 40) FROM 'version (\S+)') AS version;
GRANT SELECT ON installed TO konfirmado_app;
SET ROLE konfirmado_app;
SELECT diag('time-zone data ' || version) FROM installed;
INSERT INTO change (zone, at, before_h, after_h, since)
    SELECT v.* FROM installed, (VALUES ('Africa/Casablanca', timestamptz '2026-09-20 01:00Z', 1, 0, '2026c')) v
    WHERE version >= '2026c'
    UNION ALL
    SELECT v.* FROM installed, (VALUES ('Africa/Casablanca', timestamptz '2027-02-07 02:00Z', 1, 0, ''),
                                       ('Africa/Casablanca', timestamptz '2027-03-14 02:00Z', 0, 1, '')) v
    WHERE version < '2026c';

SELECT bag_eq(format($$
        SELECT at, offset_s FROM kf.zone_range(%L, '2026-01-01', '2026-12-31') WHERE at > range_from
        UNION ALL
        SELECT at, offset_s FROM kf.zone_range(%L, '2027-01-01', '2027-12-31') WHERE at > range_from
    $$, z.zone, z.zone),
    format($$ SELECT at, (after_h * 3600)::int FROM change WHERE zone = %L $$, z.zone),
    z.zone || ' changes exactly then')
FROM (VALUES ('America/New_York'), ('Europe/London'), ('Australia/Sydney'), ('America/Santiago'),
             ('Africa/Casablanca')) z(zone);
SELECT results_eq(format($$ SELECT offset_s FROM kf.zone_range(%L, '2026-01-01', '2026-12-31') $$, z.zone),
    ARRAY[z.o], z.zone || ' never changes')
FROM (VALUES ('America/Bogota', -18000), ('Asia/Kathmandu', 20700), ('Asia/Kolkata', 19800), ('Pacific/Apia', 46800)) z(zone, o);
SELECT is((SELECT r.range_to - r.range_from FROM kf.zone_range(z.zone, z.d, z.d) r LIMIT 1), z.length::interval,
          z.zone || ' ' || z.d || ' is ' || z.length || ' long')
FROM (VALUES ('America/New_York', date '2026-03-08', '23:00'), ('America/New_York', '2026-11-01', '25:00'),
             ('Australia/Lord_Howe', '2026-04-05', '24:30'), ('America/Santiago', '2026-09-06', '23:00'),
             ('America/Santiago', '2026-04-04', '25:00'), ('America/Bogota', '2026-06-01', '24:00')) z(zone, d, length);
SELECT is((SELECT min(range_from) FROM kf.zone_range('America/Santiago', '2026-09-06', '2026-09-06')),
          timestamptz '2026-09-06 04:00Z', 'a day without midnight starts at the jump');
SELECT is(t.refusal(format($$SELECT * FROM kf.zone_range(%L, '2026-01-01', '2026-01-02')$$, z)), 'KF422 timezone', 'not a zone: ' || z)
FROM (VALUES ('america/bogota'), ('FOO5BAR'), ('UTC+5'), ('posix/America/Bogota'), (''), ('America/Bogot')) v(z);
SELECT is(t.refusal('SELECT * FROM kf.zone_range(''UTC'', ''2026-01-02'', ''2026-01-01'')'), 'KF422 to', 'backwards');
SELECT is(t.refusal('SELECT * FROM kf.zone_range(''UTC'', ''2026-01-01'', ''2126-01-01'')'), 'KF422 to', 'a hundred years');

-- A professional who works round the clock in that zone, a start every 15 minutes.
CREATE FUNCTION pg_temp.works(p_zone text, p_hours jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE kf.professional SET time_zone = p_zone WHERE professional_id = t.id(111);
    PERFORM kf.professional_hours_set(t.id(100), t.id(111), jsonb_build_object('hours', (
        SELECT jsonb_agg(h || jsonb_build_object('weekday', d)) FROM generate_series(1, 7) d, jsonb_array_elements(p_hours) h)));
END
$$;
CREATE FUNCTION pg_temp.starts(p_from timestamptz, p_to timestamptz, p_minutes int) RETURNS SETOF timestamptz LANGUAGE sql AS $$
    SELECT u FROM kf.windows(t.id(100), t.id(111), p_from, p_to) w,
        LATERAL generate_series(w.origin, w.until, interval '15 minutes') u
    WHERE u >= w.lo AND u < w.hi AND u + make_interval(mins => p_minutes) <= w.until AND u >= p_from AND u < p_to
    ORDER BY u
$$;
SELECT set_config('kf.tenant', t.id(100)::text, true);

-- Round the clock and in odd hours, over every change: no start in a gap; a repeated wall time once, its first pass;
-- every existing wall time on the grid is offered.
CREATE FUNCTION pg_temp.wrong(c change, p_minutes int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_wrong text := '';
    v_day date := (c.at AT TIME ZONE c.zone)::date;
    v_first timestamptz := kf.zone_day_start(c.zone, v_day - 1);
    v_last timestamptz := kf.zone_day_start(c.zone, v_day + 2);
BEGIN
    PERFORM pg_temp.works(c.zone, '[{"starts":"00:00","ends":"24:00"}]');
    CREATE TEMP TABLE s ON COMMIT DROP AS
        SELECT u, u AT TIME ZONE c.zone AS l FROM pg_temp.starts(v_first, v_last, p_minutes) u;
    IF EXISTS (SELECT FROM s GROUP BY l HAVING count(*) > 1) THEN
        v_wrong := v_wrong || ' repeated';
    END IF;
    IF EXISTS (SELECT FROM s a JOIN s b ON b.u > a.u AND b.l <= a.l) THEN
        v_wrong := v_wrong || ' backwards';
    END IF;
    -- Of the repeated hour only the first pass is there.
    IF EXISTS (SELECT FROM s WHERE (u - make_interval(secs => abs(c.before_h - c.after_h) * 3600)) AT TIME ZONE c.zone = l) THEN
        v_wrong := v_wrong || ' second';
    END IF;
    -- Every existing wall time of the three days whose service ends before midnight.
    IF (SELECT count(*) FROM (
            SELECT g FROM generate_series((v_day - 1)::timestamp, (v_day + 2)::timestamp - interval '15 minutes', interval '15 minutes') g
            WHERE (g AT TIME ZONE c.zone) AT TIME ZONE c.zone = g
              AND NOT EXISTS (SELECT FROM s WHERE s.l = g)
              AND NOT (g::time > time '24:00' - make_interval(mins => p_minutes))) x) > 0 THEN
        v_wrong := v_wrong || ' missing';
    END IF;
    DROP TABLE s;
    RETURN v_wrong;
END
$$;
SELECT is(pg_temp.wrong(c, 15), '', c.zone || ' ' || c.at || ': every wall time that exists, once')
FROM change c;
SELECT is(pg_temp.wrong(c, 60), '', c.zone || ' ' || c.at || ': the same for an hour')
FROM change c WHERE c.zone <> 'America/Santiago';   -- its repeated hour ends at midnight

-- Single windows about the changes of New York.
CREATE FUNCTION pg_temp.offered(p_hours jsonb, p_day date, p_minutes int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.works('America/New_York', p_hours);
    RETURN (SELECT string_agg(to_char(u AT TIME ZONE 'UTC', 'HH24:MI'), ' ' ORDER BY u)
            FROM pg_temp.starts(kf.zone_day_start('America/New_York', p_day), kf.zone_day_start('America/New_York', p_day + 1), p_minutes) u);
END
$$;
SELECT is(pg_temp.offered(h::jsonb, d, m), o, 'New York ' || d || ' ' || h || ' for ' || m || ' min')
FROM (VALUES
    ('[{"starts":"01:30","ends":"03:30"}]', date '2026-03-08', 30, '06:30 06:45 07:00'),
    ('[{"starts":"00:30","ends":"02:30"}]', '2026-03-08', 60, '05:30 05:45 06:00 06:15 06:30'),
    ('[{"starts":"02:15","ends":"02:45"}]', '2026-03-08', 15, NULL),
    ('[{"starts":"02:30","ends":"04:00"}]', '2026-03-08', 30, '07:00 07:15 07:30'),
    ('[{"starts":"00:30","ends":"03:00"}]', '2026-11-01', 60,
        '04:30 04:45 05:00 05:15 05:30 05:45 07:00'),
    ('[{"starts":"00:30","ends":"01:30"}]', '2026-11-01', 30, '04:30 04:45 05:00'),
    ('[{"starts":"01:30","ends":"02:30"}]', '2026-11-01', 30, '05:30 05:45 07:00'),
    ('[{"starts":"01:40","ends":"02:30"}]', '2026-11-01', 15, '05:40 05:55 07:10'),
    ('[{"starts":"09:00","ends":"10:00"},{"starts":"10:00","ends":"11:00"}]', '2026-06-01', 60, '13:00 13:15 13:30 13:45 14:00'),
    ('[{"starts":"09:00","ends":"11:00"},{"kind":"break","starts":"09:30","ends":"10:10"}]', '2026-06-01', 30, '13:00 14:10 14:25')
) q(h, d, m, o);

-- London keeps nine o'clock on the wall over the change.
SELECT pg_temp.works('Europe/London', '[{"starts":"09:00","ends":"10:00"}]');
SELECT results_eq($$ SELECT lo FROM kf.windows(t.id(100), t.id(111), '2026-10-24', '2026-10-27') $$,
    ARRAY[timestamptz '2026-10-24 08:00Z', '2026-10-25 09:00Z', '2026-10-26 09:00Z'], 'nine in London over the change');
SELECT pg_temp.works('Asia/Kathmandu', '[{"starts":"09:00","ends":"10:00"}]');
SELECT results_eq($$ SELECT lo, until FROM kf.windows(t.id(100), t.id(111), '2026-10-24', '2026-10-25') $$,
    $$ VALUES (timestamptz '2026-10-24 03:15Z', timestamptz '2026-10-24 04:15Z') $$, 'nine in Kathmandu');

-- Overrides replace a day, closed days close it.
SELECT pg_temp.works('America/Bogota', '[{"starts":"09:00","ends":"12:00"},{"kind":"break","starts":"10:00","ends":"10:30"}]');
SELECT kf.professional_hours_set(t.id(100), t.id(111), '{"overrides":[{"day":"2026-06-02","closed":true},
    {"day":"2026-06-03","starts":"14:00","ends":"15:00"},{"day":"2026-06-03","starts":"15:00","ends":"16:00"},{"day":"2026-06-03","starts":"20:00","ends":"24:00"}]}');
SELECT kf.closed_day_add(t.id(100), '{"day":"2026-06-04","reason":"Corpus Christi"}');
SELECT results_eq($$ SELECT lo, until FROM kf.windows(t.id(100), t.id(111), '2026-06-01 05:00Z', '2026-06-06 05:00Z') $$,
    $$ VALUES (timestamptz '2026-06-01 14:00Z', timestamptz '2026-06-01 15:00Z'), ('2026-06-01 15:30Z', '2026-06-01 17:00Z'),
              ('2026-06-03 19:00Z', '2026-06-03 21:00Z'), ('2026-06-04 01:00Z', '2026-06-04 05:00Z'),
              ('2026-06-05 14:00Z', '2026-06-05 15:00Z'), ('2026-06-05 15:30Z', '2026-06-05 17:00Z') $$,
    'overrides, breaks and closed days');
SELECT results_eq($$ SELECT no, lo FROM kf.windows_many(t.id(100), ARRAY[t.id(112), t.id(111)], '2026-06-01 13:30Z', '2026-06-01 14:30Z') $$,
    $$ VALUES (1, timestamptz '2026-06-01 13:00Z'), (2, timestamptz '2026-06-01 14:00Z') $$, 'several professionals, numbered');
-- A repeated midnight: a day begins with the first one.
SELECT is(kf.zone_day_start('America/Havana', '2026-11-01'), '2026-11-01 04:00Z', 'in Havana');
SELECT is(kf.zone_day_start('Atlantic/Azores', '2026-10-25'), '2026-10-25 00:00Z', 'on the Azores');
SELECT * FROM finish();
ROLLBACK;
