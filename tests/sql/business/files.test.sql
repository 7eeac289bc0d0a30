-- Images, funnel steps and their days, exports of bookings.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-02 04:59Z'); -- a minute before midnight in Bogotá, 06:59 in Madrid
SELECT t.tenant(1), t.tenant(2, 'Europe/Madrid');
SELECT set_config('kf.tenant', t.id(200)::text, true), kf.tenant_update(t.id(200), '{"time_zone":"Europe/Madrid"}');
SELECT kf.actor_set(t.id(100), jsonb_build_object('kind', 'system'), true);

-- Images.
CREATE FUNCTION pg_temp.name(n int, e text DEFAULT 'png') RETURNS text LANGUAGE sql AS $$ SELECT lpad(n::text, 43, 'a') || '.' || e $$;
CREATE FUNCTION pg_temp.put(p_kind text, p_object uuid, n int, p_version int DEFAULT NULL) RETURNS jsonb LANGUAGE sql AS $$
    SELECT kf.upload_put(t.id(100), p_object, p_version, jsonb_build_object('kind', p_kind, 'name', pg_temp.name(n), 'media_type', 'image/png', 'size', 3), '\x010203') $$;
SELECT is(pg_temp.put('logo', NULL, 1)->>'logo_url', '/uploads/' || pg_temp.name(1), 'a logo is shown');
SELECT is(pg_temp.put('photo', t.id(111), 2)->>'photo_url', '/uploads/' || pg_temp.name(2), 'a photo');
SELECT is(pg_temp.put('image', t.id(101), 3)->>'image_url', '/uploads/' || pg_temp.name(3), 'a picture of a service');
SELECT is(pg_temp.put('image', t.id(111), 4), NULL, 'of nothing that is there');
SELECT is(pg_temp.put('image', t.id(201), 4), NULL, 'of another tenant');
SELECT is(t.refusal($$ SELECT pg_temp.put('image', t.id(101), 4, 1) $$), 'KF421', 'of another version');
SELECT is((SELECT count(*)::int FROM kf.upload), 3, 'what is not shown is not kept');
SELECT results_eq($$ SELECT * FROM kf.upload_find(pg_temp.name(2)) $$, $$ VALUES ('image/png', 3, '\x010203'::bytea) $$, 'found by its name');
SELECT set_config('kf.tenant', t.id(200)::text, true);
SELECT is((SELECT count(*)::int FROM kf.upload_find(pg_temp.name(2))), 1, 'on any host');
SELECT is_empty($$ SELECT * FROM kf.upload_find(pg_temp.name(9)) $$, 'and no other name');
SELECT is((SELECT count(*)::int FROM kf.upload), 0, 'the table itself is a tenant''s own');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT count(*)::int FROM generate_series(10, 206) n WHERE pg_temp.put('logo', NULL, n) IS NOT NULL), 197, 'two hundred in a day');
SELECT is(t.refusal($$ SELECT pg_temp.put('logo', NULL, 300) $$), 'KF429', 'not more');

-- Funnel steps: written for existing tenants, summed by the tenant's own day.
SELECT kf.funnel_add(jsonb_build_array(jsonb_build_object('tenant', t.id(100), 'step', 'service_selected', 'n', 5),
    jsonb_build_object('tenant', t.id(900), 'step', 'service_selected', 'n', 1), jsonb_build_object('tenant', t.id(200), 'step', 'slot_selected', 'n', 2)));
CREATE FUNCTION pg_temp.figures(n int) RETURNS text LANGUAGE sql AS $$
    SELECT set_config('kf.tenant', t.id(n)::text, true);
    SELECT coalesce((SELECT string_agg(day || ' ' || measure || ' ' || value, ', ' ORDER BY day, measure) FROM kf.daily_figure), '')
           || ' | ' || coalesce((SELECT sum(e.n) FROM kf.funnel_event e), 0) $$;
SELECT is(kf.figures_roll(100), 0, 'today is not over');
SELECT is(pg_temp.figures(100), ' | 5', 'so it is only counted');
SELECT t.clock('2026-06-02 05:00Z');
SELECT is(kf.figures_roll(100), 1, 'midnight in Bogotá');
SELECT is(pg_temp.figures(100), '2026-06-01 service_selected 5 | 0', 'is a day of figures there');
SELECT is(pg_temp.figures(200), ' | 2', 'and the middle of one in Madrid');
SELECT is(kf.figures_roll(100), 0, 'nothing is added twice');
SELECT kf.funnel_add(jsonb_build_array(jsonb_build_object('tenant', t.id(100), 'step', 'service_selected', 'n', 1)));
SELECT t.clock('2026-06-03 05:00Z');
SELECT is(kf.figures_roll(1), 1, 'a few at a time');
SELECT is(kf.figures_roll(5), 1, 'and the rest');
SELECT is(pg_temp.figures(100), '2026-06-01 service_selected 5, 2026-06-02 service_selected 1 | 0', 'day after day');
SELECT is(pg_temp.figures(200), '2026-06-02 slot_selected 2 | 0', 'in each zone');
SELECT is(t.refusal($$ SELECT kf.funnel_add(jsonb_build_array(jsonb_build_object('tenant', t.id(100), 'step', 'x', 'n', 1))) $$), '23514', 'no other steps');

-- Exports.
SELECT is(t.refusal(format('SELECT kf.bookings_export_start(t.id(100), %L)', p)), e, p)
FROM (VALUES ('{}', 'ok'), ('{"x":1}', 'KF422 x'), ('{"after":"x"}', 'KF422 after'), ('{"limit":1}', 'KF422 limit'), ('{"from":"2026-02-30"}', 'KF422 from'),
    ('{"status":"x"}', 'KF422 status'), ('{"service":"x"}', 'KF422 service'), ('{"search":"a"}', 'KF422 search'), ('{"from":"2026-03-02","to":"2026-03-01"}', 'KF422 to')) x(p, e);
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT count(*)::int FROM kf.audit WHERE action = 'export_started' AND object_type = 'booking'), 1, 'what began is told');
SELECT is(kf.cents_text(n), e, e) FROM (VALUES (0, '0.00'), (5, '0.05'), (8000050, '80000.50')) x(n, e);
SELECT * FROM finish();
ROLLBACK;
