-- The maximum numbers in a business's setup, and the operator's changes to them.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1);

CREATE FUNCTION pg_temp.add(p_what text, p jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.%s_add(%L, gen_random_uuid(), %L)', p_what, t.id(100), p)) $$;
CREATE FUNCTION pg_temp.refused(p_what text, p jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT kf.%s_add(%L, gen_random_uuid(), %L)', p_what, t.id(100), p);
    RETURN 'ok';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLERRM;
END
$$;
CREATE FUNCTION pg_temp.values_of(p_what text, p jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_detail text;
BEGIN
    EXECUTE format('SELECT kf.%s_add(%L, gen_random_uuid(), %L)', p_what, t.id(100), p);
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS v_detail = PG_EXCEPTION_DETAIL;
    RETURN v_detail;
END
$$;
-- `n` spans of 5 minutes on one weekday, or one day.
CREATE FUNCTION pg_temp.spans(p_n int, p_day jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_agg(p_day || jsonb_build_object('starts', to_char(time '08:00' + i * interval '10 min', 'HH24:MI'),
                                                 'ends', to_char(time '08:05' + i * interval '10 min', 'HH24:MI')))
    FROM generate_series(1, p_n) i $$;
CREATE FUNCTION pg_temp.service(p_n int) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('name', 'Servicio ' || p_n, 'description', 'Una descripción.', 'duration_min', 30, 'price_cents', 0) $$;

-- The defaults.
SELECT is(kf.setup_limit(w), n, w) FROM (VALUES ('professionals', 200), ('services', 200), ('links', 500), ('spans', 12), ('overrides', 1000)) x(w, n);
SELECT is(pg_temp.add('professional', jsonb_build_object('name', 'Doce', 'hours', pg_temp.spans(12, '{"weekday":1}'))), 'ok', 'twelve spans of a day');
SELECT is(pg_temp.add('professional', jsonb_build_object('name', 'Trece', 'hours', pg_temp.spans(13, '{"weekday":1}'))), 'KF422 hours', 'not thirteen');
SELECT is(pg_temp.refused('professional', jsonb_build_object('name', 'Trece', 'hours', pg_temp.spans(13, '{"weekday":1}'))), 'A day may have at most 12 spans',
    'the refusal names the bound');
SELECT is(pg_temp.values_of('professional', jsonb_build_object('name', 'Trece', 'hours', pg_temp.spans(13, '{"weekday":1}'))),
    E'A day may have at most {1} spans\n12', 'and tells other languages its sentence and its value');
SELECT is(pg_temp.add('professional', jsonb_build_object('name', 'Aparte', 'overrides', pg_temp.spans(13, '{"day":"2026-07-01"}'))), 'KF422 overrides',
    'nor of one day apart');

-- The operator's limits.
SET kf.max_professionals = 4;
SET kf.max_services = 4;
SET kf.max_links = 3;
SET kf.max_spans = 2;
SET kf.max_overrides = 2;
DO $$ BEGIN
    FOR i IN 1 .. 4 LOOP
        PERFORM pg_temp.add('professional', jsonb_build_object('name', 'Persona ' || i)), pg_temp.add('service', pg_temp.service(i)),
                pg_temp.add('link', jsonb_build_object('name', 'Enlace ' || i));
    END LOOP;
END $$;
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT count(*)::int FROM kf.professional WHERE archived_at IS NULL), 4, 'so many professionals');
SELECT is((SELECT count(*)::int FROM kf.service WHERE archived_at IS NULL), 4, 'services');
SELECT is((SELECT count(*)::int FROM kf.booking_link WHERE active), 3, 'links');
SELECT is(pg_temp.refused('professional', '{"name":"Una más"}'), 'A business may have at most 4 professionals', 'not one more');
SELECT is(pg_temp.add('professional', '{"name":"Una más"}'), 'KF422 limit', 'with a field');
SELECT is(pg_temp.add('service', pg_temp.service(9)), 'KF422 limit', 'nor a service');
SELECT is(pg_temp.add('link', '{"name":"Uno más"}'), 'KF422 limit', 'nor a link');

-- Archived and inactive objects do not count, and return only if there is room.
SELECT set_config('kf.tenant', t.id(100)::text, true);
CREATE TEMP TABLE gone AS SELECT professional_id AS id, version FROM kf.professional WHERE archived_at IS NULL ORDER BY name DESC LIMIT 1;
SELECT is(t.refusal(format('SELECT kf.professional_archive(%L, %L, %L)', t.id(100), id, version)), 'ok', 'one leaves') FROM gone;
SELECT is(pg_temp.add('professional', '{"name":"La siguiente"}'), 'ok', 'another comes');
SELECT is(t.refusal(format('SELECT kf.professional_restore(%L, %L, NULL)', t.id(100), id)), 'KF422 limit', 'and the first does not come back') FROM gone;
SELECT set_config('kf.tenant', t.id(100)::text, true);
CREATE TEMP TABLE off AS SELECT link_id AS id FROM kf.booking_link WHERE active ORDER BY name DESC LIMIT 1;
SELECT is(t.refusal(format('SELECT kf.link_deactivate(%L, %L, NULL)', t.id(100), id)), 'ok', 'a link is off') FROM off;
SELECT is(pg_temp.add('link', '{"name":"El siguiente"}'), 'ok', 'another is made');
SELECT is(t.refusal(format('SELECT kf.link_change(%L, %L, NULL, %L)', t.id(100), id, '{"active":true}')), 'KF422 limit', 'and the first stays off') FROM off;
SELECT is(t.refusal(format('SELECT kf.link_change(%L, %L, NULL, %L)', t.id(100), id, '{"name":"Apagado"}')), 'ok', 'but may be changed') FROM off;

-- A calendar of many days is limited to few professionals.
RESET kf.max_professionals;
SELECT is(t.refusal(format('SELECT kf.calendar_read(%L, %L)', t.id(100), '{"from":"2026-06-01","to":"2026-07-05"}')), 'ok', 'of few');
DO $$ BEGIN
    FOR i IN 1 .. 60 LOOP
        PERFORM pg_temp.add('professional', jsonb_build_object('name', 'Muchos ' || i));
    END LOOP;
END $$;
SELECT is(t.refusal(format('SELECT kf.calendar_read(%L, %L)', t.id(100), '{"from":"2026-06-01","to":"2026-07-05"}')), 'KF422 to', 'not of many');
SELECT is(t.refusal(format('SELECT kf.calendar_read(%L, %L)', t.id(100), '{"from":"2026-06-01","to":"2026-06-07"}')), 'ok', 'but a week');
SELECT * FROM finish();
ROLLBACK;
