-- A sweep takes at most its limit, with any plan of its statements.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1);
SELECT t.hold(1, 1000 + i, '2026-06-07 14:00Z'::timestamptz + i * interval '1 day') FROM generate_series(1, 6) i;
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT kf.event_store(t.id(100), t.id(i), 'wompi', 'e' || i, 'tx' || i, t.ref(1001), 'APPROVED', '{}') FROM generate_series(1, 6) i;
SELECT kf.event_result(t.id(100), t.id(i), true, 'unchanged', 0) FROM generate_series(1, 6) i;
INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, language, state, next_attempt_at, created_at, sent_at)
    SELECT t.id(100), t.id(3000 + i), 'reset', 'a@b.example', 'es', 'sent', kf.now(), kf.now(), kf.now() FROM generate_series(1, 6) i;
INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, language, state, next_attempt_at, created_at, useful_until)
    SELECT t.id(100), t.id(3100 + i), 'reset', 'a@b.example', 'es', 'due', kf.now(), kf.now(), kf.now() + interval '1 hour' FROM generate_series(1, 6) i;
INSERT INTO kf.waiting (tenant_id, waiting_id, link_id, service_id, day, name, email, language, customer_zone, created_at)
    SELECT t.id(100), t.id(1700 + i), t.id(121), t.id(101), '2026-06-01', 'Eva Mora', format('e%s@example.test', i), 'es', 'UTC', kf.now()
    FROM generate_series(1, 6) i;
CREATE FUNCTION pg_temp.left_over() RETURNS text LANGUAGE sql AS $$
    SELECT set_config('kf.tenant', t.id(100)::text, true);
    SELECT concat_ws(' ', (SELECT count(*) FROM kf.claim c WHERE c.state = 'held'), (SELECT count(*) FROM kf.webhook_event),
        (SELECT count(*) FROM kf.mail m WHERE m.state = 'sent'), (SELECT count(*) FROM kf.mail m WHERE m.state = 'due'),
        (SELECT count(*) FROM kf.waiting w WHERE w.state = 'waiting')) $$;
SELECT is(pg_temp.left_over(), '6 6 6 6 6', 'six of each');
-- A plan that evaluates the subquery again for each row.
SET enable_hashagg = off; SET enable_sort = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off;
SELECT t.clock('2026-07-02 12:00Z');
SELECT s.holds FROM kf.work_sweep(2) s;
SELECT kf.told_sweep(2);
SELECT is(pg_temp.left_over(), '4 4 4 4 4', 'two of each');
SELECT * FROM finish();
ROLLBACK;
