-- Row security, keys and rights, read from the catalogue and tested.
BEGIN;
SELECT no_plan();

SELECT is_empty($$
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
    WHERE c.relnamespace = 'kf'::regnamespace AND c.relkind IN ('r', 'p')
      AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
$$, 'every table of a tenant forces row security');
SELECT is_empty($$
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'kf'::regnamespace AND c.relkind = 'r'
      AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id')
      AND c.relname NOT IN ('migration', 'meta', 'zone_name', 'booking_transition', 'test_clock', 'auth_try', 'mail_hour', 'free_address', 'function_file')
$$, 'no table without tenant_id but the shared ones');
SELECT is_empty($$
    SELECT k.conrelid::regclass, k.conname FROM pg_constraint k
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.contype = 'p' AND k.connamespace = 'kf'::regnamespace AND a.attname <> 'tenant_id'
      AND EXISTS (SELECT FROM pg_attribute b WHERE b.attrelid = k.conrelid AND b.attname = 'tenant_id')
$$, 'tenant_id leads every primary key');
SELECT is_empty($$
    SELECT k.conrelid::regclass, k.conname FROM pg_constraint k
    WHERE k.contype = 'f' AND k.connamespace = 'kf'::regnamespace AND cardinality(k.conkey) = 1
      AND k.confrelid NOT IN ('kf.tenant'::regclass, 'kf.zone_name'::regclass)
$$, 'no reference by one column but to tenant and zone_name');
SELECT is_empty($$
    SELECT k.conrelid::regclass, k.conname FROM pg_constraint k
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.contype IN ('f', 'u') AND k.connamespace = 'kf'::regnamespace AND cardinality(k.conkey) > 1
      AND a.attname <> 'tenant_id'
$$, 'references and unique constraints are composite with tenant_id');
SELECT bag_eq($$
    SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
    WHERE c.relnamespace = 'kf'::regnamespace AND i.indisunique AND a.attname <> 'tenant_id'
      AND EXISTS (SELECT FROM pg_attribute b WHERE b.attrelid = c.oid AND b.attname = 'tenant_id')
$$, $$ VALUES ('tenant_subdomain'), ('tenant_custom_domain'), ('booking_link_public'), ('payment_account_hook'), ('claim_token'),
    ('staff_email'), ('session_token'), ('api_key_token'), ('token_hash'), ('upload_name'),
    ('calendar_invitation_token'), ('calendar_grant_state'), ('calendar_channel_id'),
    ('visit_token_hash'), ('waiting_leave'), ('waiting_take'), ('waiting_token_hash'), ('feed_token') $$,
    'unique across tenants are only public and unguessable names');
SELECT is_empty($$
    SELECT rolname FROM pg_roles WHERE rolname LIKE 'konfirmado%'
      AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)
$$, 'no role of ours is above row security');
SELECT is_empty($$
    SELECT p.proname FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
    WHERE p.pronamespace = 'kf'::regnamespace AND p.prosecdef
      AND (r.rolname NOT IN ('konfirmado_directory', 'konfirmado_privacy') OR p.proconfig IS NULL)
      AND p.proname NOT IN ('clock_set', 'clock_shift')
$$, 'functions with the rights of their owner belong to the directory or the eraser and pin the search path');
SELECT bag_eq($$ SELECT p.proname::text FROM pg_proc p WHERE p.pronamespace = 'kf'::regnamespace AND p.prosecdef $$,
    $$ VALUES ('tenant_find'), ('hook_find'), ('tenant_list'), ('tenant_page'), ('metrics_read'), ('worker_seen'), ('server_seen'), ('servers_seen'), ('stuck_list'), ('dead_list'), ('work_events'), ('work_polls'), ('work_refunds'),
       ('work_messages'), ('work_messages'), ('work_sweep'), ('clock_set'), ('clock_shift'), ('subdomain_owner'), ('booking_matches'),
       ('auth_try_count'), ('auth_try_give_back'), ('auth_try_touch'), ('auth_try_wait'), ('api_key_use'), ('session_use'), ('staff_find'),
       ('token_find'), ('token_password'), ('links_make'), ('registration_forget'), ('registration_yield'), ('invitation_forget'), ('invitation_sweep'), ('mails_waiting'), ('mails_resend_dead'), ('work_mails'), ('work_mails'), ('upload_find'), ('figures_roll'), ('session_sweep'), ('token_sweep'), ('upload_sweep'), ('registration_sweep'),
       ('work_calendar_reads'), ('work_calendar_channels'), ('work_calendar_stops'), ('work_calendar_revokes'),
       ('work_calendar_syncs'), ('work_calendar_events'), ('calendar_notify'), ('calendar_invitation_find'),
       ('calendar_grant_take'), ('calendar_sweep'), ('calendars_check'), ('visit_find'), ('work_reminders'), ('feed_find'),
       ('after_sweep'), ('told_sweep'), ('claim_sweep'), ('freed_take'), ('waiting_find'), ('waiting_lapse'), ('jobs_waiting'),
       ('booking_scrub'), ('customer_scrub'), ('work_retention'),
       ('work_domains'), ('domain_told'), ('mail_report'), ('mail_report'),
       ('free_address_take'), ('free_address_ask'), ('free_address_confirm') $$, 'and they are these');
SELECT is_empty($$
    SELECT p.proname FROM pg_proc p
    WHERE p.pronamespace = 'kf'::regnamespace AND has_function_privilege('public', p.oid, 'EXECUTE')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
$$, 'no function of ours is for everybody');
SELECT bag_eq($$
    SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'kf'::regnamespace AND c.relkind = 'r'
      AND has_table_privilege('konfirmado_app', c.oid, 'DELETE')
$$, $$ VALUES ('professional_service'), ('working_hours'), ('date_override'), ('closed_day'), ('idempotency'),
    ('recovery_code'), ('calendar_busy'), ('mail_channel'), ('waiting'), ('tenant_domain'), ('callback_endpoint') $$,
    'the application deletes only hours, old answers and codes, what was read, channels of mail, places, domains and addresses');
SELECT is_empty($$
    SELECT c.relname::text FROM pg_class c
    WHERE c.relnamespace = 'kf'::regnamespace AND c.relkind = 'r' AND c.relname <> 'test_clock'
      AND (NOT has_table_privilege('konfirmado_backup', c.oid, 'SELECT')
        OR has_table_privilege('konfirmado_backup', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
        OR c.relrowsecurity AND NOT EXISTS (SELECT FROM pg_policy y WHERE y.polrelid = c.oid AND y.polname = 'backup'
            AND y.polcmd = 'r' AND y.polroles = ARRAY['konfirmado_backup'::regrole::oid] AND pg_get_expr(y.polqual, y.polrelid) = 'true'))
$$, 'the backup reads every row of every table and changes none');
SELECT ok(NOT has_schema_privilege('konfirmado_app', 'kf', 'CREATE'), 'the application creates nothing in the schema');
SELECT ok(NOT has_table_privilege('konfirmado_app', 'pg_authid', 'SELECT'), 'and does not read password hashes');
SELECT is((SELECT array_agg(x ORDER BY x) FROM pg_roles, unnest(rolconfig) x WHERE rolname = 'konfirmado_app'),
    ARRAY['TimeZone=UTC', 'client_connection_check_interval=1s', 'idle_in_transaction_session_timeout=10s', 'jit=off', 'lock_timeout=2s',
          'plan_cache_mode=force_generic_plan', 'search_path=kf, pg_catalog', 'statement_timeout=5s'],
    'timeouts and search path are the role''s');

-- Two tenants with rows in every table.
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
RESET ROLE;
INSERT INTO kf.mail_day (tenant_id, day) SELECT t.id(i * 100), '2026-06-01' FROM generate_series(1, 2) i;
INSERT INTO kf.mail_recipient (tenant_id, subject, first_at) SELECT t.id(i * 100), t.hash('a'), kf.now() FROM generate_series(1, 2) i;
INSERT INTO kf.mail_report (tenant_id, mail_id, subject, kind, reported_at)
SELECT t.id(i * 100), t.id(i), t.hash('a'), 'verify', kf.now() FROM generate_series(1, 2) i;
SET ROLE konfirmado_app;
DO $$
BEGIN
    FOR i IN 1..2 LOOP
        PERFORM t.hold(i, i * 1000 + 1, '2026-06-02 13:00Z');
        PERFORM t.book(i, i * 1000 + 1);
        PERFORM t.pay(i, 'tx', t.ref(i * 1000 + 1), 'APPROVED');
        PERFORM kf.message_result(t.id(i * 100), (SELECT message_id FROM kf.outbox LIMIT 1), 200, 1, '', NULL, '', 0, 0);
        PERFORM kf.booking_cancel(t.id(i * 100), t.id(i * 1000 + 1), 'merchant', '');
        PERFORM kf.event_store(t.id(i * 100), t.id(i * 1000 + 2), 'wompi', 'd', 'tx', 'r', 'APPROVED', '\x00');
        PERFORM kf.idempotency_finish(t.id(i * 100), 'r', 'k', '\x00', 200, '{}');
        PERFORM kf.closed_day_add(t.id(i * 100), '{"day":"2026-12-25"}');
        PERFORM kf.professional_hours_set(t.id(i * 100), t.id(i * 100 + 12), '{"overrides":[{"day":"2026-12-24","closed":true}]}');
        INSERT INTO kf.staff (tenant_id, staff_id, email, role, state, created_at)
        VALUES (t.id(i * 100), t.id(i * 100 + 41), 'owner' || i || '@example.test', 'owner', 'invited', kf.now());
        INSERT INTO kf.recovery_code VALUES (t.id(i * 100), t.id(i * 100 + 41), t.hash('code'));
        INSERT INTO kf.session (tenant_id, session_id, staff_id, token_hash, created_at, seen_at, expires_at)
        VALUES (t.id(i * 100), t.id(i * 100 + 42), t.id(i * 100 + 41), t.hash('session' || i), kf.now(), kf.now(), kf.now());
        INSERT INTO kf.token (tenant_id, token_id, staff_id, purpose, token_hash, created_at, expires_at)
        VALUES (t.id(i * 100), t.id(i * 100 + 43), t.id(i * 100 + 41), 'invite', t.hash('token' || i), kf.now(), kf.now());
        INSERT INTO kf.api_key (tenant_id, key_id, name, hint, token_hash, scopes, created_at)
        VALUES (t.id(i * 100), t.id(i * 100 + 44), 'Key', 'kfk_abcd', t.hash('key' || i), '{}', kf.now());
        INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, language, next_attempt_at, created_at)
        VALUES (t.id(i * 100), t.id(i * 100 + 45), 'verify', 'a@example.test', 'es', kf.now(), kf.now());
        PERFORM kf.link_ask(t.id(i * 100), t.id(i * 100 + 41), 'reset', t.hash('ask' || i), t.id(i * 100 + 49), 'sealed');
        INSERT INTO kf.upload (tenant_id, upload_id, name, kind, media_type, size, created_at)
        VALUES (t.id(i * 100), t.id(i * 100 + 46), repeat(i::text, 22) || '.png', 'logo', 'image/png', 1, kf.now());
        PERFORM t.calendar(i, i * 1000 + 50);
        PERFORM t.hold(i, i * 1000 + 3, '2026-06-02 15:00Z', 1, 12);
        PERFORM t.book(i, i * 1000 + 3);
        UPDATE kf.booking b SET professional_id = t.id(i * 100 + 11), status = 'confirmed' WHERE b.booking_id = t.id(i * 1000 + 3);
        PERFORM kf.calendar_plan(b) FROM kf.booking b WHERE b.booking_id = t.id(i * 1000 + 3);
        PERFORM kf.calendar_channel_ask(t.id(i * 100), t.id(i * 1000 + 50), 'cal-a', t.id(i * 1000 + 53), t.hash('channel'), kf.now() + interval '1 day');
        PERFORM kf.calendar_sync_done(t.id(i * 100), t.id(i * 1000 + 50), 'cal-b', 'token', '[{"key":"foreign","start":"2026-06-02T15:00:00Z","end":"2026-06-02T15:30:00Z"}]', true);
        PERFORM kf.feed_create(t.id(i * 100), t.id(i * 100 + 11), t.id(i * 1000 + 60), t.hash('feed' || i));
        PERFORM kf.visit_mint(t.id(i * 100), t.id(i * 1000 + 3), 'view', t.hash('visit' || i), NULL);
        INSERT INTO kf.mail_channel (tenant_id, kind, from_address, updated_at)
        VALUES (t.id(i * 100), 'resend', 'a@example.test', kf.now());
        INSERT INTO kf.waiting (tenant_id, waiting_id, link_id, service_id, day, name, email, language, customer_zone, created_at)
        VALUES (t.id(i * 100), t.id(i * 100 + 47), t.id(i * 100 + 21), t.id(i * 100 + 1), '2026-06-02', 'Ana', 'ana@example.test',
                'es', 'America/Bogota', kf.now());
        PERFORM kf.waiting_mint(t.id(i * 100), t.id(i * 100 + 47), 'leave', t.hash('leave' || i));
        INSERT INTO kf.hold_frame SELECT x.tenant_id, x.claim_id, t.hash('frame' || i) FROM kf.claim x WHERE x.tenant_id = t.id(i * 100) LIMIT 1;
        INSERT INTO kf.freed VALUES (t.id(i * 100), t.id(i * 100 + 48), t.id(i * 100 + 11), kf.now(), kf.now(), kf.now());
        INSERT INTO kf.funnel_event (tenant_id, at, step) VALUES (t.id(i * 100), kf.now(), 'slot_selected');
        INSERT INTO kf.daily_figure VALUES (t.id(i * 100), '2026-05-01', 'slot_selected', 1);
        PERFORM kf.tenant_update(t.id(i * 100), '{"custom_domain":"citas.example"}');
    END LOOP;
END
$$;
CREATE FUNCTION pg_temp.rows_seen() RETURNS TABLE (name text, n bigint) LANGUAGE plpgsql AS $$
BEGIN
    FOR name IN SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
                WHERE c.relnamespace = 'kf'::regnamespace AND c.relkind IN ('r', 'v') ORDER BY 1 LOOP
        EXECUTE format('SELECT count(*) FROM kf.%I', name) INTO n;
        RETURN NEXT;
    END LOOP;
END
$$;
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is_empty('SELECT * FROM pg_temp.rows_seen() WHERE n = 0', 'with a tenant every table shows rows');
SELECT is((SELECT count(DISTINCT tenant_id) FROM kf.claim), 1::bigint, 'of that tenant alone');
SELECT set_config('kf.tenant', '', true);
SELECT is(name || ' ' || n, name || ' 0', name || ' shows nothing without a tenant') FROM pg_temp.rows_seen();
RESET ROLE;
SET ROLE konfirmado_owner;
SELECT is_empty('SELECT * FROM pg_temp.rows_seen() WHERE n > 0', 'not even to the owner');
RESET ROLE;
SET ROLE konfirmado_app;

-- References across tenants.
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is(t.refusal(format('INSERT INTO kf.professional_service VALUES (%L, %L, %L)', t.id(100), t.id(111), t.id(201))),
    '23503', 'a foreign service cannot be offered');
SELECT is(t.refusal(format($$INSERT INTO kf.booking_link (tenant_id, link_id, public_id, name, service_id, created_at)
    VALUES (%L, %L, 'foreign', 'x', %L, now())$$, t.id(100), t.id(190), t.id(201))), '23503',
    'a link does not point to a foreign service');
SELECT is(t.refusal(format($$INSERT INTO kf.professional_service VALUES (%L, %L, %L)$$, t.id(200), t.id(211), t.id(201))),
    '42501', 'a row of another tenant cannot be written');
SELECT is(t.refusal(format('UPDATE kf.claim SET service_id = %L', t.id(201))), '23503', 'a claim is of a service of the tenant');
SELECT is(t.refusal(format('UPDATE kf.claim SET link_id = %L', t.id(221))), '23503', 'and through a link of the tenant');
SELECT is(t.refusal(format('UPDATE kf.claim SET professional_id = %L', t.id(211))), '23503', 'and of a professional of the tenant');
SELECT is(t.refusal(format($$SELECT * FROM kf.hold_create(%L, %L, 'link001', %L, %L, '2026-06-02 14:00Z', t.hash('x'), 600, NULL, NULL)$$,
    t.id(100), t.id(9001), t.id(201), t.id(111))), 'KF422 service', 'a foreign service cannot be held');
SELECT is(t.refusal(format($$SELECT * FROM kf.hold_create(%L, %L, 'link001', %L, %L, '2026-06-02 14:00Z', t.hash('x'), 600, NULL, NULL)$$,
    t.id(100), t.id(9001), t.id(101), t.id(211))), 'KF422 professional', 'nor a foreign professional');
SELECT is(t.refusal(format($$SELECT * FROM kf.hold_create(%L, %L, 'link002', %L, %L, '2026-06-02 14:00Z', t.hash('x'), 600, NULL, NULL)$$,
    t.id(100), t.id(9001), t.id(101), t.id(111))), 'KF411', 'nor through a foreign link');
SELECT is_empty(format('SELECT * FROM kf.booking_read(%L, %L, NULL)', t.id(100), t.id(2001)), 'a foreign booking is not there');
SELECT is_empty(format('SELECT * FROM kf.catalog_read(%L, %L)', t.id(100), 'link002'), 'a foreign link is not there');

-- Forbidden operations of the application.
SELECT is(t.refusal('UPDATE kf.booking_history SET reason = ''x'''), '42501', 'history is not changed');
SELECT is(t.refusal('DELETE FROM kf.booking_history'), '42501', 'nor deleted');
SELECT is(t.refusal('UPDATE kf.callback_attempt SET error = ''x'''), '42501', 'the log of sendings is not changed');
SELECT is(t.refusal('DELETE FROM kf.callback_attempt'), '42501', 'nor deleted');
SELECT is(t.refusal('DELETE FROM kf.visit_token'), '42501', 'links are not deleted');
SELECT is(t.refusal('UPDATE kf.audit SET actor_name = ''x'''), '42501', 'the audit log is not changed');
SELECT is(t.refusal('DELETE FROM kf.audit'), '42501', 'nor deleted');
SELECT is(t.refusal('DELETE FROM kf.payment'), '42501', 'payments are not deleted');
SELECT is(t.refusal('CREATE TABLE kf.x (i int)'), '42501', 'no table is made');
SELECT is(t.refusal('ALTER TABLE kf.claim DROP CONSTRAINT claim_no_overlap'), '42501', 'the guard is not dropped');
SELECT is(t.refusal('ALTER TABLE kf.claim DISABLE ROW LEVEL SECURITY'), '42501', 'row security is not switched off');
SELECT ok(NOT pg_has_role('konfirmado_app', 'konfirmado_directory', 'MEMBER'), 'the application is not the directory');

-- Changes visible to customers change the version of the catalogue.
CREATE FUNCTION pg_temp.bumps(p_sql text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v bigint := (SELECT catalog_version FROM kf.tenant WHERE tenant_id = t.id(100));
BEGIN
    EXECUTE p_sql;
    PERFORM set_config('kf.tenant', t.id(100)::text, true);
    RETURN (SELECT catalog_version - v FROM kf.tenant WHERE tenant_id = t.id(100));
END
$$;
SELECT ok(pg_temp.bumps(x) > 0, x) FROM (VALUES
    ('UPDATE kf.service SET price_cents = 1'), ('UPDATE kf.professional SET name = ''Other'''),
    ('DELETE FROM kf.professional_service WHERE service_id = t.id(102)'),
    ('DELETE FROM kf.working_hours WHERE weekday = 7'), ('DELETE FROM kf.date_override'), ('DELETE FROM kf.closed_day'),
    ('SELECT kf.closed_day_add(t.id(100), ''{"day":"2026-12-31"}'')'),
    ('SELECT kf.tenant_update(t.id(100), ''{"name":"New name"}'')'), ('SELECT kf.tenant_suspend(t.id(100), true)'),
    ('UPDATE kf.booking_link SET active = false'), ('UPDATE kf.booking_link SET max_uses = uses + 2')) q(x);
SELECT is(pg_temp.bumps('UPDATE kf.booking_link SET uses = uses + 1'), 0::bigint, 'a use of a link alone does not');
SELECT is(pg_temp.bumps('UPDATE kf.booking_link SET uses = uses + 1'), 1::bigint, 'the last one does');
SELECT is(pg_temp.bumps('UPDATE kf.tenant SET catalog_version = catalog_version + 1'), 1::bigint, 'the version itself counts once');
SELECT is(pg_temp.bumps(x), 1::bigint, 'once for all rows: ' || x) FROM (VALUES
    ('INSERT INTO kf.working_hours SELECT t.id(100), t.id(111), d, ''break'', ''16:00'', ''16:30'' FROM generate_series(1, 6) d'),
    ('UPDATE kf.service SET position = 3'), ('DELETE FROM kf.working_hours WHERE kind = ''break''')) q(x);
SELECT is(pg_temp.bumps('UPDATE kf.service SET position = 4 WHERE false'), 0::bigint, 'nothing changed, nothing counted');
SELECT is(pg_temp.bumps('SELECT kf.tenant_suspend(t.id(200), false)'), 0::bigint, 'another tenant''s changes do not');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
