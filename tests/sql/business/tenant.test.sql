-- A whole business: exported as lines, then deleted.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
SELECT set_config('kf.tenant', t.id(100)::text, true);
CREATE FUNCTION pg_temp.rows() RETURNS TABLE (tenant uuid, name text, n bigint) LANGUAGE plpgsql AS $$
BEGIN
    FOR name IN SELECT x.name FROM kf.tenant_tables() x LOOP
        RETURN QUERY EXECUTE format('SELECT tenant_id, %L, count(*) FROM kf.%I GROUP BY tenant_id', name, name);
    END LOOP;
END $$;
-- A row in every table for both, whatever columns there are: new rows are copied from existing ones.
DO $$
BEGIN
    FOR i IN 1..2 LOOP
        PERFORM t.hold(i, i * 1000 + 1, '2026-06-02 13:00Z'), t.book(i, i * 1000 + 1), t.pay(i, 'tx', t.ref(i * 1000 + 1), 'APPROVED');
        PERFORM kf.event_store(t.id(i * 100), t.id(i * 1000 + 2), 'wompi', 'd', 'tx', t.ref(i * 1000 + 1), 'APPROVED', 'body of an event');
        PERFORM kf.closed_day_add(t.id(i * 100), '{"day":"2026-12-25"}');
        PERFORM kf.feed_create(t.id(i * 100), t.id(i * 100 + 11), t.id(i * 1000 + 60), t.hash('feed' || i));
        PERFORM kf.visit_mint(t.id(i * 100), t.id(i * 1000 + 1), 'view', t.hash('view' || i), NULL);
        INSERT INTO kf.staff (tenant_id, staff_id, email, role, state, password_hash, created_at)
        VALUES (t.id(i * 100), t.id(i * 100 + 41), 'owner' || i || '@example.test', 'owner', 'active', 'sealed-password', kf.now());
        INSERT INTO kf.session (tenant_id, session_id, staff_id, token_hash, created_at, seen_at, expires_at)
        VALUES (t.id(i * 100), t.id(i * 100 + 42), t.id(i * 100 + 41), t.hash('session' || i), kf.now(), kf.now(), kf.now());
        INSERT INTO kf.upload (tenant_id, upload_id, name, kind, media_type, size, created_at)
        VALUES (t.id(i * 100), t.id(i * 100 + 46), repeat(i::text, 22) || '.png', 'logo', 'image/png', 1, kf.now());
        PERFORM t.calendar(i, i * 1000 + 50);
        PERFORM t.read(i);
    END LOOP;
END
$$;
RESET ROLE;
CREATE TEMP TABLE before AS SELECT * FROM pg_temp.rows();
SELECT cmp_ok((SELECT count(*)::int FROM before WHERE tenant = t.id(100)), '>=', 24, 'rows in most tables');

-- Order and completeness come from the catalogue.
SELECT bag_eq('SELECT name FROM kf.tenant_tables()', $$ SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
    WHERE c.relnamespace = 'kf'::regnamespace AND c.relkind = 'r' $$, 'every table of tenants');
SELECT is_empty($$ SELECT k.conname FROM pg_constraint k JOIN kf.tenant_tables() a ON k.conrelid = ('kf.' || a.name)::regclass JOIN kf.tenant_tables() b ON k.confrelid = ('kf.' || b.name)::regclass
    WHERE k.contype = 'f' AND a.depth <= b.depth $$, 'each after what it refers to');
CREATE TABLE kf.some_day (tenant_id uuid NOT NULL, id int, note text, token_hash bytea, PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id) REFERENCES kf.tenant);
ALTER TABLE kf.some_day OWNER TO konfirmado_owner;
GRANT SELECT ON kf.some_day TO konfirmado_app;
INSERT INTO kf.some_day VALUES (t.id(100), 1, 'a note', '\x00'), (t.id(200), 1, 'another', '\x00');

-- Export, as the application.
SET ROLE konfirmado_app;
SELECT kf.tenant_export(t.id(100));
CREATE TEMP TABLE lines (line jsonb);
DO $$
DECLARE c refcursor := 'tenant_export'; v text;
BEGIN
    LOOP FETCH c INTO v; EXIT WHEN NOT FOUND; INSERT INTO lines VALUES (v::jsonb); END LOOP;
END $$;
RESET ROLE;
SELECT bag_eq($$ SELECT line->>'table', count(*) FROM lines WHERE line->>'table' NOT IN ('audit', 'some_day') GROUP BY 1 $$,
    $$ SELECT name, n FROM before WHERE tenant = t.id(100) AND name <> 'audit' $$, 'a line of every row');
SELECT is((SELECT line->'row' FROM lines WHERE line->>'table' = 'some_day'), jsonb_build_object('tenant_id', t.id(100), 'id', 1, 'note', 'a note'), 'a table that came later too, without what gives a right');
SELECT is((SELECT line->'row'->>'body' FROM lines WHERE line->>'table' = 'webhook_event'), 'body of an event', 'bytes as text');
SELECT is((SELECT count(*)::int FROM lines WHERE line::text LIKE '%sealed-%' OR line::text LIKE '%hook-of-tenant%' OR line::text LIKE '%' || t.id(200)::text || '%'
    OR strpos(line::text, encode(t.hash('feed1'), 'hex')) > 0 OR strpos(line::text, encode(t.hash('session1'), 'hex')) > 0 OR strpos(line::text, encode(t.hash('token 1001'), 'hex')) > 0), 0, 'no secret, nothing of another');
SELECT is((SELECT line->>'table' FROM lines LIMIT 1), 'tenant', 'what is referred to comes first');
SET ROLE konfirmado_app;
SELECT is(t.refusal('SELECT kf.tenant_export(t.id(900))'), 'KF404', 'nobody');

-- Deletion: only by the owner role, and not while there are future bookings or pending work.
SELECT is(t.refusal(format('SELECT kf.tenant_delete(%L, true)', t.id(100))), 'KF403', 'the application deletes nobody');
SET ROLE konfirmado_owner;
CREATE FUNCTION pg_temp.try() RETURNS text LANGUAGE sql AS $$ SELECT t.refusal(format('SELECT kf.tenant_delete(%L, false)', t.id(100))) $$;
SELECT is(t.refusal('SELECT kf.tenant_delete(t.id(900), true)'), 'KF404', 'nobody');
SELECT is(pg_temp.try(), 'KF409 bookings_ahead', 'a booking lies ahead');
SET ROLE konfirmado_app;
SELECT kf.booking_cancel(t.id(100), t.id(1001), 'operator', '');
SET ROLE konfirmado_owner;
SELECT is(pg_temp.try(), 'KF409 refunds_open', 'money is to go back');
SET ROLE konfirmado_app;
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT kf.refund_result(t.id(100), r.refund_id, 'done', NULL, NULL) FROM kf.refund r;
SET ROLE konfirmado_owner;
SELECT is(pg_temp.try(), x, x) FROM (VALUES ('KF409 events_to_remove')) v(x);
SET ROLE konfirmado_app;
SELECT count(*) FROM kf.work_calendar_events(10, 60);
SELECT kf.calendar_event_done(t.id(100), e.booking_id, e.n, e.wanted_version, NULL) FROM kf.calendar_event e;
SET ROLE konfirmado_owner;
SELECT is(pg_temp.try(), 'KF409 calendars_connected', 'a calendar is connected');
SET ROLE konfirmado_app;
SELECT kf.calendar_disconnect(t.id(100), t.id(111)) IS NOT NULL;
SET ROLE konfirmado_owner;
SELECT is(pg_temp.try(), 'KF409 grants_to_revoke', 'what was granted is to be given back');
SET ROLE konfirmado_app;
SELECT count(*) FROM kf.work_calendar_stops(10, 60), kf.work_calendar_revokes(10, 60);
SELECT kf.calendar_revoke_result(t.id(100), t.id(1050), true, NULL, 0);
SET ROLE konfirmado_owner;
CREATE TEMP TABLE done AS SELECT kf.tenant_delete(t.id(100), false) AS d;
SELECT is((SELECT d->'uploads' FROM done), jsonb_build_array(repeat('1', 22) || '.png'), 'the files that are left are named');
SELECT is((SELECT (d->'tables'->>'booking')::int + (d->'tables'->>'tenant')::int + (d->'tables'->>'some_day')::int FROM done), 3, 'and what went is counted');
RESET ROLE;
SELECT is_empty($$ SELECT * FROM pg_temp.rows() WHERE tenant = t.id(100) $$, 'no row of it in any table');
SELECT bag_eq($$ SELECT name, n FROM pg_temp.rows() WHERE tenant = t.id(200) AND name <> 'some_day' $$, $$ SELECT name, n FROM before WHERE tenant = t.id(200) $$, 'every row of the other one');
SET ROLE konfirmado_owner;
SELECT isnt(kf.tenant_delete(t.id(200), true), NULL, 'forced, although something lies ahead');
RESET ROLE;
SELECT is_empty('SELECT * FROM pg_temp.rows()', 'nobody is left');
SELECT * FROM finish();
ROLLBACK;
