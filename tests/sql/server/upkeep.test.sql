-- Data that is deleted in time, and data that never is.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
CREATE FUNCTION pg_temp.at(n int) RETURNS void LANGUAGE sql AS $$ SELECT set_config('kf.tenant', t.id(n * 100)::text, true) $$;
CREATE FUNCTION pg_temp.later(p interval) RETURNS void LANGUAGE sql AS $$ SELECT t.clock(kf.now() + p) $$;

-- Sessions: a month after their expiry, ended or not.
SELECT pg_temp.at(1);
INSERT INTO kf.staff (tenant_id, staff_id, email, role, state, password_hash, created_at)
    VALUES (t.id(100), t.id(151), 'owner@one.example', 'owner', 'active', 'hash', kf.now());
CREATE FUNCTION pg_temp.login(p_session int, p_ip text) RETURNS int LANGUAGE sql AS $$
    SELECT kf.session_create(t.id(100), t.id(151), t.id(p_session), t.hash('s' || p_session), 'hash', jsonb_build_object('ip', p_ip, 'user_agent', 'Agent ' || p_ip)) $$;
CREATE FUNCTION pg_temp.sessions() RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.at(1);
    SELECT coalesce(string_agg(ltrim(right(session_id::text, 12), '0'), ' ' ORDER BY session_id), '') FROM kf.session $$;
SELECT pg_temp.login(1, '192.0.2.1'), pg_temp.login(2, '192.0.2.1');
SELECT isnt(kf.session_end(t.id(100), t.id(151), t.id(1), 'logout', '{}'), NULL, 'one is ended');
SELECT t.clock('2026-07-01 23:59:59Z');
SELECT is(kf.session_sweep(10), 0, 'a second before');
SELECT pg_temp.login(3, '192.0.2.1');
SELECT t.clock('2026-07-02 00:00Z');
SELECT is(kf.session_sweep(1), 1, 'a few at a time');
SELECT is(kf.session_sweep(10), 1, 'then the rest');
SELECT is(pg_temp.sessions(), '3', 'the last one stays');
SELECT is((SELECT count(*)::int FROM kf.session_use(t.hash('s3'))), 1, 'and is good');
SELECT is((SELECT count(*)::int FROM kf.mail WHERE kind = 'new_sign_in'), 0, 'a known device');
SELECT t.clock('2026-08-15 00:00Z');
SELECT is(kf.session_sweep(10), 1, 'in time that one too');
SELECT pg_temp.login(4, '192.0.2.9');
SELECT is((SELECT count(*)::int FROM kf.mail WHERE kind = 'new_sign_in'), 1, 'with all forgotten a strange device is told of all the same');

-- Mail links: a week after their expiry.
SELECT t.clock('2026-06-01 12:00Z');
SELECT kf.token_put(s, 'reset', t.hash('r1'), NULL, NULL), kf.token_put(s, 'invite', t.hash('i1'), NULL, NULL) FROM kf.staff s WHERE s.staff_id = t.id(151);
SELECT kf.token_put(s, 'reset', t.hash('r2'), NULL, NULL) FROM kf.staff s WHERE s.staff_id = t.id(151); -- ends the first
SELECT t.clock('2026-06-08 12:29:59Z');
SELECT is(kf.token_sweep(10), 0, 'links stay for a week after their time, used or not');
SELECT is((SELECT count(*)::int FROM kf.token_find('invite', t.hash('i1'))), 0, 'an invitation is over in a week');
SELECT t.clock('2026-06-08 12:30Z');
SELECT is(kf.token_sweep(1) || ' ' || kf.token_sweep(10), '1 1', 'then they go');
SELECT t.clock('2026-06-15 11:59Z');
SELECT is(kf.token_sweep(10), 0, 'the invitation not before its own week');
SELECT t.clock('2026-06-15 12:00Z');
SELECT is(kf.token_sweep(10), 1, 'is over');

-- Messages: providers' events, callbacks with their attempts, mails, a while after they were processed.
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.hold(1, 1001, '2026-06-20 14:00Z'), t.book(1, 1001), t.pay(1, 'tx1', t.ref(1001), 'APPROVED');
SELECT pg_temp.at(1);
SELECT kf.event_store(t.id(100), t.id(n), 'wompi', 'e' || n, 'tx1', t.ref(1001), 'APPROVED', '{}') FROM generate_series(1, 3) n;
SELECT kf.event_result(t.id(100), t.id(n), true, 'applied', 0) FROM generate_series(1, 2) n;
SELECT (kf.message_result(t.id(100), o.message_id, s, 40, '', NULL, 'ok', NULL, 0)).state FROM kf.outbox o, unnest(ARRAY[500, 200]) s;
SELECT kf.booking_cancel(t.id(100), t.id(1001), 'merchant', '');  -- two messages and a mail that are not sent
UPDATE kf.mail SET state = 'sent', sent_at = kf.now() WHERE kind = 'booking_confirmed';
SELECT kf.figures_read(t.id(100), '{"days":90}')->'current'->'callbacks' AS callbacks \gset
CREATE FUNCTION pg_temp.told() RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.at(1);
    SELECT concat_ws(' | ', (SELECT count(*) FROM kf.webhook_event), (SELECT string_agg(o.event, ' ' ORDER BY o.version) FROM kf.outbox o), (SELECT count(*) FROM kf.callback_attempt),
        (SELECT string_agg(m.kind || ' ' || m.state, ', ' ORDER BY m.kind) FROM kf.mail m WHERE m.booking_id = t.id(1001))) $$;
SELECT is(pg_temp.told(), '3 | booking.paid booking.cancelled payment.refund_due | 2 | booking_cancelled due, booking_confirmed sent, cancelled_booking due, new_booking due', 'what was told');
SELECT t.clock('2026-07-01 11:59:59Z');
SELECT is(kf.told_sweep(500), 0, 'not before a month is over');
SELECT t.clock('2026-07-01 12:00Z');
SELECT is(kf.told_sweep(1) || ' ' || kf.told_sweep(500) || ' ' || kf.told_sweep(500), '1 1 0', 'events, a few at a time; not one that waits');
SELECT is(pg_temp.told(), '1 | booking.paid booking.cancelled payment.refund_due | 2 | booking_cancelled due, booking_confirmed sent, cancelled_booking due, new_booking due', 'nothing else yet');
SELECT t.clock('2026-07-20 14:30Z');
SELECT is(kf.told_sweep(500), 1, 'a mail a month after its use, which is the booking');
SELECT t.clock('2026-07-31 12:00Z');
SELECT is(kf.told_sweep(500), 1, 'a message two months after it was acknowledged');
SELECT is(pg_temp.told(), '1 | booking.cancelled payment.refund_due | 0 | booking_cancelled due, cancelled_booking due, new_booking due', 'with its sendings; nothing that waits');
SELECT is(kf.figures_read(t.id(100), '{"days":90}')->'current'->'callbacks', :'callbacks'::jsonb || '{"latency_ms_p50":null,"latency_ms_p95":null}', 'figures still know how many there were');
SET ROLE konfirmado_owner; SET ROLE konfirmado_directory;
DELETE FROM kf.mail WHERE booking_id = t.id(1001);
DELETE FROM kf.outbox; DELETE FROM kf.webhook_event;
RESET ROLE; SET ROLE konfirmado_app;
SELECT is(pg_temp.told(), '1 | booking.cancelled payment.refund_due | 0 | booking_cancelled due, cancelled_booking due, new_booking due', 'nobody takes away what waits');
UPDATE kf.mail SET state = 'dead' WHERE booking_id = t.id(1001);
UPDATE kf.outbox SET state = 'dead';
SELECT is(kf.told_sweep(500) || ' ' || pg_temp.told(), '3 1 | 0', 'what was given up goes too');

-- Images: replaced ones are deleted, displayed ones stay.
SELECT t.clock('2026-07-01 12:00Z');
CREATE FUNCTION pg_temp.name(n int, e text DEFAULT 'png') RETURNS text LANGUAGE sql AS $$ SELECT lpad(n::text, 43, 'a') || '.' || e $$;
CREATE FUNCTION pg_temp.put(p_kind text, p_object uuid, n int, p_folder boolean DEFAULT false) RETURNS boolean LANGUAGE sql AS $$
    SELECT kf.upload_put(t.id(100), p_object, NULL, jsonb_build_object('kind', p_kind, 'name', pg_temp.name(n), 'media_type', 'image/png', 'size', 3),
                         CASE WHEN NOT p_folder THEN '\x010203'::bytea END) IS NOT NULL $$;
CREATE FUNCTION pg_temp.kept() RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.at(1);
    SELECT coalesce(string_agg(ltrim(left(name, 43), 'a'), ' ' ORDER BY name), '') FROM kf.upload $$;
CREATE FUNCTION pg_temp.swept(p_limit int DEFAULT 100) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(ltrim(left(name, 43), 'a') || CASE WHEN in_folder THEN 'f' ELSE '' END, ' ' ORDER BY name), '') FROM kf.upload_sweep(p_limit) $$;
SELECT ok(pg_temp.put('logo', NULL, 11) AND pg_temp.put('photo', t.id(111), 12) AND pg_temp.put('image', t.id(101), 13) AND pg_temp.put('logo', NULL, 14, true)
    AND pg_temp.put('photo', t.id(111), 15) AND pg_temp.put('image', t.id(101), 16), 'three of each kind of place, all replaced once');
SELECT is(pg_temp.swept(), '', 'what is not shown is noted first');
SELECT pg_temp.later('6 days 23:59:59');
SELECT is(pg_temp.swept(), '', 'and stays for a week');
SELECT pg_temp.later('1 day');
SELECT is(pg_temp.swept(1), '11', 'a few at a time');
SELECT is(pg_temp.swept(), '12 13', 'then the rest');
SELECT is(pg_temp.kept(), '14 15 16', 'what is shown stays');
SELECT is((SELECT count(*)::int FROM kf.upload_find(pg_temp.name(11))), 0, 'what has gone is not found');
SELECT is((SELECT count(*)::int FROM kf.upload_find(pg_temp.name(14))), 1, 'what stays is');
-- An archived object still counts; an image that another business or an absolute URL names is kept too.
SELECT kf.professional_archive(t.id(100), t.id(111), NULL), kf.service_change(t.id(100), t.id(101), NULL, '{"image_url":null}');
SELECT kf.branding_change(t.id(100), NULL, jsonb_build_object('logo_url', 'https://pictures.example/other.png'));
SELECT kf.branding_change(t.id(200), NULL, jsonb_build_object('logo_url', 'https://one.konfirmado.example/uploads/' || pg_temp.name(16) || '?v=2'));
DO $$ BEGIN FOR i IN 1..30 LOOP PERFORM pg_temp.later('1 day'), pg_temp.at(1), count(*) FROM kf.upload_sweep(100); END LOOP; END $$;
SELECT is(pg_temp.kept(), '15 16', 'an archived person''s photo stays, and what somebody else shows; the former logo is gone');
SELECT kf.branding_change(t.id(200), NULL, '{"logo_url":null}');
SELECT pg_temp.later('1 day'), pg_temp.swept();
SELECT pg_temp.later('6 days'), pg_temp.at(1), kf.service_change(t.id(100), t.id(102), NULL, jsonb_build_object('image_url', '/uploads/' || pg_temp.name(16)));
SELECT pg_temp.later('1 day');
SELECT is(pg_temp.swept(), '', 'shown again in time it stays');
SELECT pg_temp.at(1), kf.service_change(t.id(100), t.id(102), NULL, '{"image_url":null}');
SELECT pg_temp.later('7 days');
SELECT is(pg_temp.swept(), '', 'and has its week anew');
SELECT pg_temp.later('7 days');
SELECT is(pg_temp.swept(), '16', 'then goes');
SELECT pg_temp.at(1);
SELECT ok(pg_temp.put('logo', NULL, 21, true) AND pg_temp.put('logo', NULL, 22, true), 'in the operator''s folder');
SELECT pg_temp.swept(), pg_temp.later('8 days');
SELECT is(pg_temp.swept(), '21f', 'its name is told, for the file');

-- An unconfirmed registration leaves nothing; any other business stays.
SELECT t.clock('2026-09-01 12:00Z');
CREATE FUNCTION pg_temp.register(n int) RETURNS void LANGUAGE sql AS $$
    SELECT kf.staff_register(t.id(n * 100), t.id(n * 100 + 51), jsonb_build_object('business', 'Clínica ' || n, 'email', 'owner' || n || '@clinica.example', 'language', 'es', 'password_hash', 'x'),
        t.hash('verify ' || n), t.id(n * 100 + 61), 'sealed', '{"ip":"192.0.2.7"}') $$;
CREATE FUNCTION pg_temp.rows_of(n int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE r text; c bigint; v bigint := 0;
BEGIN
    PERFORM pg_temp.at(n);
    FOR r IN SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
             WHERE c.relnamespace = 'kf'::regnamespace AND c.relkind = 'r' LOOP
        EXECUTE format('SELECT count(*) FROM kf.%I', r) INTO c;
        v := v + c;
    END LOOP;
    RETURN v;
END $$;
SELECT pg_temp.register(n) FROM generate_series(4, 9) n;
RESET ROLE; -- 4: its mail was counted, and reported
SELECT kf.mail_count(t.id(400), sha256('owner4'), true);
INSERT INTO kf.mail_report (tenant_id, mail_id, subject, kind, reported_at) VALUES (t.id(400), t.id(461), sha256('owner4'), 'verify_email', kf.now());
SET ROLE konfirmado_app;
SELECT cmp_ok(pg_temp.rows_of(4), '>=', 5::bigint, 'a business, a person, a link, a mail, the log');
SELECT kf.staff_verify(t.hash('verify 5'), '{}');                                                       -- 5: confirmed
SELECT pg_temp.at(6), kf.service_create(t.id(600), t.id(601), '{"name":"Consulta","description":"Una consulta de media hora","duration_min":30,"price_cents":0}'); -- 6: set up by an operator
SELECT pg_temp.at(7), kf.closed_day_add(t.id(700), '{"day":"2026-12-25"}');                             -- 7: with an unforeseen object
SELECT pg_temp.at(8);
INSERT INTO kf.staff (tenant_id, staff_id, email, role, state, created_at) VALUES (t.id(800), t.id(852), 'second@clinica.example', 'staff', 'disabled', kf.now()); -- 8: of two people
SELECT t.clock('2026-09-08 11:00Z');
SELECT pg_temp.at(9), kf.staff_register_again(t.id(900), t.id(951), '{"business":"Otra vez","language":"es","password_hash":"y"}', t.hash('verify 9 again'), t.id(962), 'sealed', '{}') IS NULL; -- 9: tries again
SELECT t.clock('2026-09-08 11:59:59Z');
SELECT is(kf.registration_sweep(10), 0, 'a second before the week is over');
SELECT t.clock('2026-09-08 12:00Z');
SELECT is(kf.registration_sweep(0), 0, 'never more than wanted');
SELECT is(kf.registration_sweep(10), 1, 'one had its week');
SELECT is(pg_temp.rows_of(4), 0::bigint, 'nothing of it stays');
SELECT is((SELECT count(*)::int FROM kf.tenant_find('id', t.id(400)::text)), 0, 'not for the directory either');
SELECT is(n || ': ' || (pg_temp.rows_of(n) >= 5), n || ': true', 'others are left alone') FROM generate_series(5, 9) n;
SELECT pg_temp.register(14);
SELECT is((SELECT count(*)::int FROM kf.tenant_find('subdomain', 'clinica-14')), 1, 'a new one comes');
SELECT kf.staff_register(t.id(400), t.id(451), '{"business":"Clínica 4","email":"owner4@clinica.example","language":"es","password_hash":"x"}', t.hash('verify 4 anew'), t.id(461), 'sealed', '{}');
SELECT is((SELECT tenant_id FROM kf.tenant_find('subdomain', 'clinica-4')), t.id(400), 'the address and the subdomain are free');
SELECT t.clock('2026-09-09 12:01Z');
SELECT is(kf.registration_sweep(10), 1, 'the second try had its day: its link is over');
SELECT is((pg_temp.rows_of(9), pg_temp.rows_of(7) > 4)::text, '(0,t)', 'what refers to a business keeps it');

-- No function could delete others: row security of the directory role, and no rights of the application.
RESET ROLE;
SET ROLE konfirmado_directory;
CREATE FUNCTION pg_temp.deleted(p_table text, n int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE v bigint;
BEGIN
    EXECUTE format('DELETE FROM kf.%I WHERE tenant_id = $1', p_table) USING t.id(n * 100);
    GET DIAGNOSTICS v = ROW_COUNT;
    RETURN v;
END $$;
SELECT is(pg_temp.deleted(r, n), 0::bigint, 'the directory deletes nothing of ' || r || ' ' || n) FROM (VALUES ('audit'), ('mail'), ('staff')) x(r), (VALUES (1), (5), (2)) y(n);
SELECT is(t.refusal(format('DELETE FROM kf.tenant WHERE tenant_id = %L', t.id(n * 100))), '23503', 'nor a business ' || n) FROM (VALUES (1), (2), (5)) x(n);
SELECT is(t.refusal('UPDATE kf.audit SET action = ''x'''), '42501', 'nor changes the log');
SELECT is(t.refusal('UPDATE kf.upload SET name = name'), '42501', 'nor a picture''s name');
RESET ROLE;
SET ROLE konfirmado_app;
SELECT is(t.refusal('DELETE FROM kf.' || r), '42501', 'the application deletes no ' || r) FROM (VALUES ('audit'), ('mail'), ('staff'), ('tenant'), ('session'), ('token'), ('upload')) x(r);
SELECT is(t.refusal('SELECT kf.upload_shown(''x'')'), '42501', 'nor asks who shows a picture');

-- It is fast with any amount of data.
RESET ROLE;
SET session_replication_role = replica;
INSERT INTO kf.upload (tenant_id, upload_id, name, kind, media_type, size, created_at, checked_at)
    SELECT t.id(100), t.id(20000 + i), pg_temp.name(20000 + i), 'logo', 'image/png', 1, kf.now(), kf.now() FROM generate_series(1, 20000) i;
INSERT INTO kf.session (tenant_id, session_id, staff_id, token_hash, created_at, seen_at, expires_at)
    SELECT t.id(30000 + i % 500), t.id(20000 + i), t.id(30000 + i % 500), t.hash('many' || i), kf.now(), kf.now(), kf.now() FROM generate_series(1, 20000) i;
INSERT INTO kf.token (tenant_id, token_id, staff_id, purpose, token_hash, created_at, expires_at)
    SELECT t.id(30000 + i % 500), t.id(20000 + i), t.id(30000 + i % 500), 'reset', t.hash('many' || i), kf.now(), kf.now() FROM generate_series(1, 20000) i;
INSERT INTO kf.service (tenant_id, service_id, name, description, image_url, duration_min, price_cents, currency, created_at)
    SELECT t.id(30000 + i % 500), t.id(20000 + i), 'Muchos', 'Uno de muchos servicios', '/uploads/' || pg_temp.name(i), 30, 0, 'COP', kf.now() FROM generate_series(1, 20000) i;
INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, language, state, next_attempt_at, created_at)
    SELECT t.id(30000 + i % 500), t.id(20000 + i), 'new_booking', 'a@example.test', 'es', 'sent', kf.now(), kf.now() FROM generate_series(1, 20000) i;
INSERT INTO kf.outbox (tenant_id, message_id, event, version, facts, url, state, next_attempt_at, created_at)
    SELECT t.id(30000 + i % 500), 'msg_' || lpad(i::text, 16, '0'), 'callback.test', i, '{}', '', 'done', kf.now(), kf.now() FROM generate_series(1, 20000) i;
INSERT INTO kf.webhook_event (tenant_id, event_id, provider, dedupe_key, tx_id, reference, status, body, received_at, processed_at, next_attempt_at)
    SELECT t.id(30000 + i % 500), t.id(20000 + i), 'wompi', i::text, '', '', '', '', kf.now(), kf.now(), kf.now() FROM generate_series(1, 20000) i;
INSERT INTO kf.claim (tenant_id, claim_id, professional_id, service_id, starts_at, ends_at, slot_start, slot_end, state, expires_at, token_hash, price_cents, charge_cents, currency, customer_zone, created_at)
    SELECT t.id(30000 + i % 500), t.id(20000 + i), t.id(1), t.id(1), q.at, q.at + interval '1 hour', q.at, q.at + interval '1 hour', CASE i % 4 WHEN 0 THEN 'booked' ELSE 'ended' END,
           CASE i % 4 WHEN 1 THEN kf.now() END, t.hash('many' || i), 0, 0, 'COP', 'UTC', kf.now() FROM generate_series(1, 20000) i, LATERAL (SELECT kf.now() - interval '1 day' + i * interval '1 hour' AS at) q;
RESET session_replication_role;
ANALYZE kf.upload, kf.session, kf.token, kf.service, kf.mail, kf.outbox, kf.webhook_event, kf.claim;
SET ROLE konfirmado_app;
SET plan_cache_mode = force_generic_plan;
CREATE FUNCTION pg_temp.seen() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT (SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables WHERE schemaname = 'kf' AND relname IN ('upload', 'session', 'token', 'service', 'mail', 'outbox', 'callback_attempt', 'webhook_event', 'claim'))::bigint $$;
DO $$
DECLARE v bigint := pg_temp.seen();
BEGIN
    PERFORM kf.session_sweep(500), kf.token_sweep(500), kf.told_sweep(500), kf.claim_sweep(500), kf.registration_sweep(500), count(*) FROM kf.upload_sweep(500);
    PERFORM set_config('t.reads', (pg_temp.seen() - v)::text, true);
END $$;
SELECT cmp_ok(current_setting('t.reads')::int, '<', 500, 'what is not due is not read');
SELECT * FROM finish();
ROLLBACK;
