-- Accounts: registration, mail links, sign-ins, limits, second factor, staff, API keys.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
CREATE FUNCTION pg_temp.at(p_tenant uuid) RETURNS void LANGUAGE sql AS $$ SELECT set_config('kf.tenant', p_tenant::text, true) $$;
CREATE FUNCTION pg_temp.visit() RETURNS jsonb LANGUAGE sql AS $$ SELECT '{"ip":"192.0.2.7","request_id":"req-1"}'::jsonb $$;
-- Business p_n (id p_n * 100) with its owner (id p_n * 100 + 51), link "verify p_n".
CREATE FUNCTION pg_temp.register(p_n int, p_name text, p_email text) RETURNS void LANGUAGE sql AS $$
    SELECT kf.staff_register(t.id(p_n * 100), t.id(p_n * 100 + 51),
        jsonb_build_object('business', p_name, 'email', p_email, 'language', 'es', 'password_hash', 'hash ' || p_n),
        t.hash('verify ' || p_n), t.id(p_n * 100 + 61), 'sealed ' || p_n, pg_temp.visit()) $$;
CREATE FUNCTION pg_temp.login(p_n int, p_session int, p_extra jsonb DEFAULT '{}', p_verified text DEFAULT NULL) RETURNS int LANGUAGE sql AS $$
    SELECT kf.session_create(t.id(p_n * 100), t.id(p_n * 100 + 51), t.id(p_session), t.hash('session ' || p_session),
        coalesce(p_verified, 'hash ' || p_n), pg_temp.visit() || '{"user_agent":"Firefox"}' || p_extra) $$;
CREATE FUNCTION pg_temp.last_audit(p_n int) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.at(t.id(p_n * 100));
    SELECT actor_kind || ' ' || action || ' ' || object_name || ' ' || ip || ' ' || request_id FROM kf.audit
    WHERE tenant_id = t.id(p_n * 100) ORDER BY audit_id DESC LIMIT 1 $$;
CREATE FUNCTION pg_temp.mails(p_n int) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.at(t.id(p_n * 100));
    SELECT string_agg(kind, ' ' ORDER BY created_at, kind) FROM kf.mail WHERE tenant_id = t.id(p_n * 100) $$;

-- Registration creates a business with a free subdomain, its owner and the mail, in one transaction.
SELECT pg_temp.register(3, 'Clínica Ñandú & Sol', 'Ana@Clinica.example');
SELECT results_eq($$ SELECT email, role, state, business FROM kf.staff_find('ana@clinica.example') $$,
    $$ VALUES ('ana@clinica.example', 'owner', 'unverified', 'Clínica Ñandú & Sol') $$, 'the owner is there, not verified');
SELECT is((SELECT tenant->>'subdomain' FROM kf.tenant_find('id', t.id(300)::text)), 'clinica-nandu-sol', 'a label out of the name');
SELECT is(pg_temp.mails(3), 'verify', 'a mail is due');
SELECT is((SELECT to_address || ' ' || secret_sealed || ' ' || (facts->>'minutes') FROM kf.mail WHERE mail_id = t.id(361)), 'ana@clinica.example sealed 3 1440', 'with the sealed token');
SELECT is(t.refusal($$ SELECT pg_temp.register(4, 'Otra', 'ana@clinica.example') $$), 'KF409 email', 'an address has one account');
SELECT is((SELECT count(*) FROM kf.tenant_find('id', t.id(400)::text)), 0::bigint, 'and no business is left behind');
SELECT pg_temp.register(4, 'Clinica Nandu Sol', 'luis@clinica.example');
SELECT is((SELECT tenant->>'subdomain' FROM kf.tenant_find('id', t.id(400)::text)), 'clinica-nandu-sol-2', 'a label that is taken gets a number');
SELECT pg_temp.register(5, 'Admin', 'eva@clinica.example');
SELECT is((SELECT tenant->>'subdomain' FROM kf.tenant_find('id', t.id(500)::text)), 'admin-2', 'a reserved one too');
SELECT pg_temp.register(6, '心理', 'li@clinica.example');
SELECT is((SELECT tenant->>'subdomain' FROM kf.tenant_find('id', t.id(600)::text)), 'negocio', 'a name without a Latin letter');
SELECT is(t.refusal($$ SELECT pg_temp.register(7, 'x', 'x@clinica.example') $$), 'KF422 business', 'a name of one letter');
SELECT is((SELECT count(DISTINCT kf.subdomain_of(repeat('Muy largo ', 9), n)) FROM generate_series(1, 12) n WHERE kf.subdomain_of(repeat('Muy largo ', 9), n) ~ '^[a-z0-9]([a-z0-9-]{1,61}[a-z0-9])$'), 12::bigint, 'every turn is a label of its own');

-- An unverified address may register again. Each registration belongs to its own link.
SELECT kf.staff_register_again(t.id(400), t.id(451), '{"business":"Clínica Dos","language":"en","password_hash":"hash 4 b"}', t.hash('verify 4 again'), t.id(462), 'sealed', pg_temp.visit());
SELECT is((SELECT tenant->>'name' FROM kf.tenant_find('id', t.id(400)::text)), 'Clinica Nandu Sol', 'nothing of it counts yet');
SELECT is((SELECT business || ' ' || language FROM kf.token_find('verify', t.hash('verify 4'))), 'Clinica Nandu Sol es', 'the former link is still of the former registration');
SELECT is((SELECT business || ' ' || language FROM kf.token_find('verify', t.hash('verify 4 again'))), 'Clínica Dos en', 'the new one of the new');
SELECT is(ARRAY[kf.token_password(t.hash('verify 4')), kf.token_password(t.hash('verify 4 again'))], ARRAY['hash 4', 'hash 4 b'], 'each with its password');
SELECT is(t.refusal($$ SELECT kf.staff_verify(t.hash('verify 4 again'), 'hash 4', pg_temp.visit()) $$), 'KF440 password', 'and with no other');
SELECT kf.token_link(t.id(400), t.id(451), 'verify', t.hash('verify 4 sent again'), t.id(469), 'sealed');
SELECT is(kf.token_password(t.hash('verify 4 sent again')), 'hash 4 b', 'a mail that is sent again is of the last registration');
SELECT lives_ok($$ SELECT kf.staff_verify(t.hash('verify 4 again'), 'hash 4 b', pg_temp.visit()) $$, 'the link that is followed counts');
SELECT is((SELECT tenant->>'name' FROM kf.tenant_find('id', t.id(400)::text)), 'Clínica Dos', 'with its name');
SELECT is(t.refusal($$ SELECT kf.staff_verify(t.hash('verify 4'), 'hash 4', pg_temp.visit()) $$), 'KF416', 'the others have ended');
SELECT kf.staff_register_again(t.id(400), t.id(451), '{"business":"Robada","language":"en","password_hash":"stolen"}', t.hash('x'), t.id(463), 'sealed', pg_temp.visit());
SELECT is((SELECT business || ' ' || password_hash FROM kf.staff_find('luis@clinica.example')), 'Clínica Dos hash 4 b', 'who is verified is not registered over');
SELECT kf.staff_known(t.id(400), t.id(451));
SELECT is(pg_temp.mails(4), 'already_registered verify verify verify', 'they are told by mail');

-- A mail link: for one purpose, once, before its expiry.
SELECT is((SELECT business || ' ' || email FROM kf.token_find('verify', t.hash('verify 3'))), 'Clínica Ñandú & Sol ana@clinica.example', 'a link can be looked at');
SELECT is(t.refusal($$ SELECT kf.password_reset(t.hash('verify 3'), 'new', pg_temp.visit()) $$), 'KF416', 'a link to verify is none to a new password');
SELECT is(t.refusal($$ SELECT kf.staff_accept(t.hash('verify 3'), '{"name":"Ana"}', pg_temp.visit()) $$), 'KF416', 'nor an invitation');
SELECT t.clock('2026-06-02 11:59:59Z');
SELECT lives_ok($$ SELECT kf.staff_verify(t.hash('verify 3'), pg_temp.visit()) $$, 'works for 24 hours');
SELECT is(t.refusal($$ SELECT kf.staff_verify(t.hash('verify 3'), pg_temp.visit()) $$), 'KF416', 'and once');
SELECT is((SELECT state FROM kf.staff_find('ana@clinica.example')), 'active', 'verified');
SELECT is(pg_temp.last_audit(3), 'staff email_verified ana@clinica.example 192.0.2.7 req-1', 'the log has it');
SELECT t.clock('2026-06-02 12:00:00Z');
SELECT is(t.refusal($$ SELECT kf.staff_verify(t.hash('verify 5'), pg_temp.visit()) $$), 'KF416', 'after 24 hours no more');
SELECT is((SELECT count(*) FROM kf.token_find('verify', t.hash('verify 5'))), 0::bigint, 'not even to look at');
SELECT is(t.refusal($$ SELECT kf.staff_verify(t.hash('nothing'), pg_temp.visit()) $$), 'KF416', 'an unknown one is refused alike');

-- Limits: 5 per account, 20 per address, in any 15 minutes; a refused attempt does not count.
SELECT t.clock('2026-06-03 12:00Z');
CREATE FUNCTION pg_temp.try(p_account text, p_address text) RETURNS int LANGUAGE sql AS $$ SELECT kf.auth_try_count(t.hash(p_account), t.hash(p_address)) $$;
SELECT is(array_agg(pg_temp.try('a', 'net')), ARRAY[0, 0, 0, 0, 0, 900, 900], 'the sixth waits') FROM generate_series(1, 7);
SELECT t.clock('2026-06-03 12:10Z');
SELECT is(pg_temp.try('a', 'net'), 300, 'five minutes are left, though somebody tried on');
SELECT is(pg_temp.try('a', 'elsewhere'), 300, 'from wherever');
SELECT is(pg_temp.try('b', 'net'), 0, 'another account is not locked');
SELECT t.clock('2026-06-03 12:15Z');
SELECT is(pg_temp.try('a', 'net'), 0, 'then it goes on');
SELECT t.clock('2026-06-03 13:00Z');
SELECT is(count(*) FILTER (WHERE w = 0) || ' ' || max(w), '20 900', 'an address has 20 for all accounts') FROM (SELECT pg_temp.try('c' || n, 'net') AS w FROM generate_series(1, 23) n) q;
SELECT kf.auth_try_give_back(t.hash('c20'), t.hash('net'), false);
SELECT is(ARRAY[pg_temp.try('d', 'net'), pg_temp.try('d', 'net')], ARRAY[0, 900], 'what was no failure is given back, once');
SELECT t.clock('2026-06-03 14:00Z');
SELECT is(array_agg(pg_temp.try('e', 'n2')), ARRAY[0, 0, 0, 0], 'four tries of one account') FROM generate_series(1, 4);
SELECT kf.auth_try_give_back(t.hash('e'), t.hash('n2'), true);
SELECT is(array_agg(pg_temp.try('e', 'n2')), ARRAY[0, 0, 0, 0, 0, 900], 'are forgotten when its owner came') FROM generate_series(1, 6);
SELECT is(count(*) FILTER (WHERE w = 0), 12::bigint, 'but not those of the address') FROM (SELECT pg_temp.try('f' || n, 'n2') AS w FROM generate_series(1, 14) n) q;
SELECT throws_ok('SELECT * FROM kf.auth_try', '42501', NULL, 'the tries themselves are not for the application');

-- Sign-ins.
SELECT t.clock('2026-06-04 12:00Z');
SELECT is(pg_temp.login(3, 2001), NULL, 'a sign-in');
SELECT is(pg_temp.last_audit(3), 'staff login_succeeded ana@clinica.example 192.0.2.7 req-1', 'the log has it');
SELECT results_eq($$ SELECT tenant_id, staff_id, session_id, email, role, totp_on, suspended FROM kf.session_use(t.hash('session 2001')) $$,
    $$ VALUES (t.id(300), t.id(351), t.id(2001), 'ana@clinica.example', 'owner', false, false) $$, 'the cookie says who');
SELECT is((SELECT count(*) FROM kf.session_use(t.hash('session 2002'))), 0::bigint, 'another one nobody');
SELECT is(t.refusal($$ SELECT pg_temp.login(3, 2002, '{}', 'another hash') $$), 'KF440', 'not if the password was changed meanwhile');
SELECT is(t.refusal($$ SELECT pg_temp.login(5, 2002) $$), 'KF440', 'not without a verified address');
SELECT kf.clock_shift(59);
SELECT pg_temp.at(t.id(300));
SELECT count(*) FROM kf.session_use(t.hash('session 2001'));
SELECT is((SELECT seen_at FROM kf.session WHERE session_id = t.id(2001)), '2026-06-04 12:00Z'::timestamptz, 'a use is not written within a minute');
SELECT kf.clock_shift(1);
SELECT count(*) FROM kf.session_use(t.hash('session 2001'));
SELECT is((SELECT seen_at FROM kf.session WHERE session_id = t.id(2001)), '2026-06-04 12:01Z'::timestamptz, 'after one it is');
SELECT t.clock('2026-06-04 12:30:59Z');
SELECT is((SELECT count(*) FROM kf.session_use(t.hash('session 2001'))), 1::bigint, 'almost 30 minutes without use');
SELECT t.clock('2026-06-04 13:00:59Z');
SELECT is((SELECT count(*) FROM kf.session_use(t.hash('session 2001'))), 0::bigint, '30 minutes end it');
SELECT t.clock('2026-06-04 14:00Z');
SELECT pg_temp.login(3, 2003);
CREATE FUNCTION pg_temp.use_later() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kf.clock_shift(1200);
    RETURN (SELECT count(*) FROM kf.session_use(t.hash('session 2003')));
END $$;
SELECT is(sum(pg_temp.use_later()), 35::numeric, 'used every 20 minutes it goes on') FROM generate_series(1, 35);
SELECT t.clock('2026-06-05 01:59:59Z');
SELECT is((SELECT count(*) FROM kf.session_use(t.hash('session 2003'))), 1::bigint, 'for 12 hours');
SELECT t.clock('2026-06-05 02:00Z');
SELECT is((SELECT count(*) FROM kf.session_use(t.hash('session 2003'))), 0::bigint, 'and not longer');
SELECT is(pg_temp.mails(3), 'verify', 'a known browser and address is no news');
SELECT pg_temp.login(3, 2004, '{"ip":"198.51.100.9","user_agent":"Other"}');
SELECT is(pg_temp.mails(3), 'verify new_sign_in', 'a new one is told by mail');
SELECT kf.clock_shift(1), pg_temp.login(3, 2005);
SELECT is(jsonb_path_query_array(kf.session_page(t.id(300), t.id(351), t.id(2005)), '$.items[*].current'), '[true, false]', 'live ones are listed');
SELECT is(kf.session_end(t.id(300), t.id(451), t.id(2005), 'logout', pg_temp.visit()), NULL, 'nobody ends those of others');
SELECT is(kf.session_end(t.id(400), t.id(451), t.id(2005), 'logout', pg_temp.visit()), NULL, 'nor those of another business');
SELECT is(kf.session_end(t.id(300), t.id(351), t.id(2005), 'logout', pg_temp.visit()), '{}', 'one is ended');
SELECT is((SELECT count(*) FROM kf.session_use(t.hash('session 2005'))), 0::bigint, 'its cookie is worth nothing');
SELECT is(kf.session_end(t.id(300), t.id(351), t.id(2005), 'logout', pg_temp.visit()), NULL, 'it ends once');
SELECT kf.login_failed(t.id(300), t.id(351), pg_temp.visit());
SELECT is(pg_temp.last_audit(3), 'system login_failed ana@clinica.example 192.0.2.7 req-1', 'a failure is in the log');

-- A new password ends the other sessions and every link.
SELECT pg_temp.login(3, 2006), pg_temp.login(3, 2007);
SELECT kf.token_link(t.id(300), t.id(351), 'reset', t.hash('reset 1'), t.id(362), 'sealed');
SELECT is(t.refusal($$ SELECT kf.password_change(t.id(300), t.id(351), t.id(2007), 'wrong', 'hash new', pg_temp.visit()) $$), 'KF409', 'not over another change');
SELECT kf.password_change(t.id(300), t.id(351), t.id(2007), 'hash 3', 'hash new', pg_temp.visit());
SELECT is(ARRAY[(SELECT count(*) FROM kf.session_use(t.hash('session 2006'))), (SELECT count(*) FROM kf.session_use(t.hash('session 2007')))], ARRAY[0, 1]::bigint[], 'one goes on: one''s own');
SELECT is(t.refusal($$ SELECT kf.password_reset(t.hash('reset 1'), 'x', pg_temp.visit()) $$), 'KF416', 'links for a new password end');
SELECT is(pg_temp.last_audit(3), 'staff password_changed ana@clinica.example 192.0.2.7 req-1', 'the log has it');
SELECT kf.token_link(t.id(300), t.id(351), 'reset', t.hash('reset 2'), t.id(363), 'sealed');
SELECT kf.token_link(t.id(300), t.id(351), 'reset', t.hash('reset 3'), t.id(364), 'sealed');
SELECT is(t.refusal($$ SELECT kf.password_reset(t.hash('reset 2'), 'x', pg_temp.visit()) $$), 'KF416', 'a newer link ends the former');
SELECT kf.clock_shift(30 * 60 - 1);
SELECT lives_ok($$ SELECT kf.password_reset(t.hash('reset 3'), 'hash 3', pg_temp.visit()) $$, 'a new password within 30 minutes');
SELECT is((SELECT count(*) FROM kf.session_use(t.hash('session 2007'))), 0::bigint, 'ends all sign-ins');
SELECT kf.token_link(t.id(300), t.id(351), 'reset', t.hash('reset 4'), t.id(365), 'sealed');
SELECT kf.clock_shift(30 * 60);
SELECT is(t.refusal($$ SELECT kf.password_reset(t.hash('reset 4'), 'x', pg_temp.visit()) $$), 'KF416', 'not after 30');
SELECT kf.token_link(t.id(300), t.id(351), 'verify', t.hash('verify 9'), t.id(366), 'sealed'), kf.token_link(t.id(300), t.id(351), 'invite', t.hash('invite 9'), t.id(367), 'sealed');
SELECT is((SELECT count(*) FROM kf.token WHERE purpose <> 'reset'), 1::bigint, 'a link that the state does not want is not made');
SELECT kf.token_link(t.id(500), t.id(551), 'reset', t.hash('reset 5'), t.id(561 + 1), 'sealed');
SELECT kf.password_reset(t.hash('reset 5'), 'hash 5', pg_temp.visit());
SELECT is((SELECT state FROM kf.staff_find('eva@clinica.example')), 'active', 'a followed link proves the address');

-- The second factor.
SELECT kf.totp_begin(t.id(300), t.id(351), 'sealed totp');
SELECT is((SELECT totp_on FROM kf.staff_find('ana@clinica.example')), false, 'a secret is not in force before it is confirmed');
SELECT is(t.refusal($$ SELECT kf.totp_enable(t.id(300), t.id(351), 'another', 100, '[]', pg_temp.visit()) $$), 'KF409', 'another secret is not confirmed');
SELECT kf.totp_enable(t.id(300), t.id(351), 'sealed totp', 100, jsonb_build_array(encode(t.hash('code 1'), 'hex'), encode(t.hash('code 2'), 'hex')), pg_temp.visit());
SELECT is(pg_temp.last_audit(3), 'staff totp_enabled ana@clinica.example 192.0.2.7 req-1', 'the log has it');
SELECT is(kf.second_factor_get(t.id(300), t.id(351)) - 'enabled_at', '{"enabled":true,"codes_left":2}', 'on, with its codes');
SELECT is(t.refusal($$ SELECT kf.totp_begin(t.id(300), t.id(351), 'x') $$), 'KF409', 'no second secret while it is on');
SELECT is(t.refusal($$ SELECT pg_temp.login(3, 2011) $$), 'KF441 code', 'the password alone is not enough');
SELECT is(t.refusal($$ SELECT pg_temp.login(3, 2011, '{"step":100}') $$), 'KF441 code', 'the step that confirmed is used');
SELECT is(pg_temp.login(3, 2011, '{"step":102}'), NULL, 'a later one comes in');
SELECT is(t.refusal($$ SELECT pg_temp.login(3, 2012, '{"step":102}') $$), 'KF441 code', 'once');
SELECT is(t.refusal($$ SELECT pg_temp.login(3, 2012, '{"step":101}') $$), 'KF441 code', 'nor one before it');
SELECT is(pg_temp.login(3, 2012, jsonb_build_object('code', encode(t.hash('code 1'), 'hex'))), 1, 'a recovery code comes in and one is left');
SELECT is(t.refusal($$ SELECT pg_temp.login(3, 2013, jsonb_build_object('code', encode(t.hash('code 1'), 'hex'))) $$), 'KF441 code', 'once');
SELECT kf.recovery_replace(t.id(300), t.id(351), jsonb_build_array(encode(t.hash('code 3'), 'hex')), pg_temp.visit());
SELECT is(t.refusal($$ SELECT pg_temp.login(3, 2013, jsonb_build_object('code', encode(t.hash('code 2'), 'hex'))) $$), 'KF441 code', 'new codes end the former');
SELECT is((SELECT string_agg(what || ' ' || sealed, ',' ORDER BY what) FROM kf.secrets_list(t.id(300)) WHERE what IN ('totp')), 'totp sealed totp', 'its secret is among those that keys are rotated for');
SELECT is(kf.secret_replace(t.id(300), 'totp', t.id(351)::text, 'sealed totp', 'sealed anew'), true, 'and can be sealed anew');
SELECT kf.totp_disable(t.id(300), t.id(351), pg_temp.visit());
SELECT is((SELECT totp_sealed IS NULL AND NOT totp_on FROM kf.staff_find('ana@clinica.example')), true, 'off: the secret is gone');
SELECT is(pg_temp.login(3, 2013), NULL, 'and the password is enough');
SELECT is((SELECT count(*) FROM kf.mail WHERE kind = 'totp_changed'), 2::bigint, 'mails told of both');

-- Staff.
CREATE FUNCTION pg_temp.invite(p_id int, p jsonb, p_link text) RETURNS text LANGUAGE sql AS $$
    SELECT kf.staff_invite(t.id(300), t.id(p_id), p || '{"by":"Ana"}', t.hash(p_link), gen_random_uuid(), 'sealed')->>'state' $$;
SELECT is(pg_temp.invite(352, '{"email":"Bea@clinica.example","role":"staff"}', 'invite 1'), 'invited', 'a person is invited');
SELECT is(pg_temp.invite(353, '{"email":"bea@clinica.example","role":"staff"}', 'invite 2'), 'invited', 'and once more');
SELECT is((SELECT jsonb_array_length(kf.staff_page(t.id(300), '{}')->'items')), 2, 'it is one person');
SELECT is(t.refusal($$ SELECT pg_temp.invite(354, '{"email":"ana@clinica.example"}', 'x') $$), 'KF409 email', 'not who has an account here');
SELECT is(pg_temp.invite(356, '{"email":"luis@clinica.example"}', 'invite luis'), 'invited', 'who has one elsewhere is invited like anybody');
SELECT is((SELECT kind || ' ' || (facts->>'minutes') FROM kf.mail WHERE to_address = 'luis@clinica.example' ORDER BY created_at DESC LIMIT 1), 'invite 10080', 'with the same mail');
SELECT is(t.refusal($$ SELECT kf.staff_accept(t.hash('invite luis'), '{"name":"Luis","password_hash":"x"}', pg_temp.visit()) $$), 'KF409 email', 'and learns when accepting that an address is of one business');
SELECT is((SELECT tenant_id FROM kf.staff_find('luis@clinica.example')), t.id(400), 'his account is where it was');
SELECT kf.staff_refuse(t.hash('invite luis'), pg_temp.visit());
SELECT is(pg_temp.last_audit(3), 'staff invitation_refused luis@clinica.example 192.0.2.7 req-1', 'an invitation can be refused');
SELECT is((SELECT count(*) FROM kf.staff WHERE email = 'luis@clinica.example'), 0::bigint, 'nothing of it stays');
SELECT is(t.refusal($$ SELECT kf.staff_refuse(t.hash('invite luis'), pg_temp.visit()) $$), 'KF416', 'it is refused once');
SELECT is(t.refusal($$ SELECT pg_temp.invite(354, '{"email":"no address"}', 'x') $$), 'KF422 email', 'an address is checked');
SELECT is(t.refusal($$ SELECT pg_temp.invite(354, '{"email":"z@clinica.example","role":"admin"}', 'x') $$), 'KF422 role', 'a role too');
SELECT is(t.refusal($$ SELECT pg_temp.invite(354, '{"email":"z@clinica.example","state":"active"}', 'x') $$), 'KF422 state', 'nothing else can be said');
SELECT is(t.refusal($$ SELECT kf.staff_accept(t.hash('invite 1'), '{"name":"Bea"}', pg_temp.visit()) $$), 'KF416', 'the former invitation has ended');
SELECT kf.staff_accept(t.hash('invite 2'), '{"name":"Bea Ruiz","password_hash":"hash bea"}', pg_temp.visit());
SELECT is((SELECT name || ' ' || role || ' ' || state FROM kf.staff_find('bea@clinica.example')), 'Bea Ruiz staff active', 'she comes');
SELECT is(t.refusal($$ SELECT kf.staff_accept(t.hash('invite 2'), '{"name":"Bea","password_hash":"x"}', pg_temp.visit()) $$), 'KF416', 'once');
SELECT pg_temp.invite(355, '{"email":"caro@clinica.example","role":"owner"}', 'invite 3');
SELECT kf.clock_shift(7 * 86400);
SELECT is(t.refusal($$ SELECT kf.staff_accept(t.hash('invite 3'), '{"name":"Caro","password_hash":"x"}', pg_temp.visit()) $$), 'KF416', 'an invitation lasts seven days');
SELECT pg_temp.invite(357, '{"email":"dani@clinica.example","role":"staff"}', 'invite dani');
SELECT cmp_ok(kf.registration_sweep(100), '>=', 1, 'then it is gone');
SELECT pg_temp.at(t.id(300));
SELECT results_eq($$ SELECT email FROM kf.staff WHERE state = 'invited' $$, $$ VALUES ('dani@clinica.example') $$, 'but not one that is good');
SELECT pg_temp.register(8, 'Dani', 'dani@clinica.example');
SELECT is((SELECT business FROM kf.staff_find('dani@clinica.example')), 'Dani', 'an invitation takes nobody''s address');
SELECT kf.staff_accept(t.hash('invite dani'), '{"name":"Dani","password_hash":"hash dani"}', pg_temp.visit());
SELECT is((SELECT tenant_id FROM kf.staff_find('dani@clinica.example')), t.id(300), 'a registration that nobody verified gives way to who has the mail');
SELECT pg_temp.invite(355, '{"email":"caro@clinica.example","role":"owner"}', 'invite 3 again');
SELECT is(t.refusal($$ SELECT kf.staff_change(t.id(300), t.id(351), NULL, '{"role":"staff"}') $$), 'KF409', 'the last owner stays one');
SELECT is(t.refusal($$ SELECT kf.staff_change(t.id(300), t.id(351), NULL, '{"enabled":false}') $$), 'KF409', 'and in');
SELECT is(kf.staff_change(t.id(300), t.id(352), 3, '{"role":"owner"}')->>'role', 'owner', 'a second owner');
SELECT is(t.refusal($$ SELECT kf.staff_change(t.id(300), t.id(352), 3, '{"role":"staff"}') $$), 'KF421', 'a change of another version is refused');
SELECT is(kf.staff_change(t.id(300), t.id(351), NULL, '{"role":"staff"}')->>'role', 'staff', 'then the first may go');
SELECT is(t.refusal($$ SELECT kf.staff_change(t.id(300), t.id(351), NULL, '{"email":"x@example.com"}') $$), 'KF422 email', 'nothing else can be changed');
SELECT is(kf.staff_change(t.id(400), t.id(351), NULL, '{"role":"owner"}'), NULL, 'nor from another business');
SELECT pg_temp.login(3, 2021);
SELECT kf.token_link(t.id(300), t.id(351), 'reset', t.hash('reset 6'), t.id(371), 'sealed');
SELECT is(kf.staff_change(t.id(300), t.id(351), NULL, '{"enabled":false}')->>'state', 'disabled', 'a person is put out');
SELECT is((SELECT count(*) FROM kf.session_use(t.hash('session 2021'))), 0::bigint, 'of every sign-in');
SELECT is(t.refusal($$ SELECT kf.password_reset(t.hash('reset 6'), 'x', pg_temp.visit()) $$), 'KF416', 'and cannot come back by a link');
SELECT is(t.refusal($$ SELECT pg_temp.login(3, 2022) $$), 'KF440', 'nor by the password');
SELECT is(kf.staff_change(t.id(300), t.id(351), NULL, '{"enabled":true}')->>'state', 'active', 'in again');
SELECT is(kf.profile_change(t.id(300), t.id(351), '{"name":"Ana Paz","language":"en"}')->>'name', 'Ana Paz', 'one''s own name');
SELECT is(t.refusal($$ SELECT kf.profile_change(t.id(300), t.id(351), '{"role":"owner"}') $$), 'KF422 role', 'not one''s own role');

-- The operator helps a person who cannot sign in.
SELECT is(t.refusal($$ SELECT kf.staff_reset(t.id(300), 'nobody@clinica.example', NULL, t.hash('x'), false) $$), 'KF404 email', 'only somebody who is there');
SELECT is(t.refusal($$ SELECT kf.staff_reset(t.id(400), 'ana@clinica.example', NULL, t.hash('x'), false) $$), 'KF404 email', 'in that business');
SELECT is(kf.staff_reset(t.id(300), 'Caro@clinica.example', NULL, t.hash('by hand 1'), false), 'invite', 'who never came gets an invitation');
SELECT is(kf.staff_reset(t.id(300), 'ana@clinica.example', NULL, t.hash('by hand 2'), false), 'reset', 'others a link to a new password');
SELECT is((SELECT email FROM kf.token_find('reset', t.hash('by hand 2'))), 'ana@clinica.example', 'which works');
SELECT kf.totp_begin(t.id(300), t.id(351), 'sealed'), kf.totp_enable(t.id(300), t.id(351), 'sealed', 1, '[]', pg_temp.visit());
SELECT is(kf.staff_reset(t.id(300), 'ana@clinica.example', 'hash 3', NULL, true), NULL, 'or a password at once');
SELECT is((SELECT password_hash || ' ' || totp_on FROM kf.staff_find('ana@clinica.example')), 'hash 3 false', 'without the second factor');
SELECT is((SELECT count(*) FROM kf.token_find('reset', t.hash('by hand 2'))), 0::bigint, 'the link has ended');
SELECT is(pg_temp.last_audit(3), 'operator password_changed ana@clinica.example  ', 'the log says who did it');
SELECT kf.staff_reset(t.id(300), 'caro@clinica.example', 'hash caro', NULL, false);
SELECT is((SELECT state FROM kf.staff_find('caro@clinica.example')), 'active', 'with a password an invited person has come');
SELECT kf.staff_change(t.id(300), (SELECT staff_id FROM kf.staff_find('caro@clinica.example')), NULL, '{"enabled":false}');
SELECT is(t.refusal($$ SELECT kf.staff_reset(t.id(300), 'caro@clinica.example', 'x', NULL, false) $$), 'KF409 email', 'who was put out stays out');

-- API keys.
CREATE FUNCTION pg_temp.key(p_id int, p jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT kf.api_key_add(t.id(300), t.id(p_id), p, t.hash('key ' || p_id), 'kfk_abcd', t.id(352)) $$;
SELECT is(pg_temp.key(391, '{"name":"Web","scopes":["bookings:write","bookings:read","bookings:read"]}')->'scopes', '["bookings:read", "bookings:write"]', 'a key');
SELECT results_eq($$ SELECT tenant_id, key_id, name, scopes, suspended FROM kf.api_key_use(t.hash('key 391')) $$,
    $$ VALUES (t.id(300), t.id(391), 'Web', ARRAY['bookings:read', 'bookings:write'], false) $$, 'says whose it is');
SELECT isnt(kf.api_key_get(t.id(300), t.id(391))->>'last_used_at', NULL, 'a use is written');
SELECT is(t.refusal($$ SELECT pg_temp.key(392, '{"name":"Web","scopes":["everything"]}') $$), 'KF422 scopes', 'scopes are known ones');
SELECT is(t.refusal($$ SELECT pg_temp.key(392, '{"name":"Web","scopes":[]}') $$), 'KF422 scopes', 'one at least');
SELECT is(t.refusal($$ SELECT pg_temp.key(392, '{"name":"","scopes":["bookings:read"]}') $$), 'KF422 name', 'a name is needed');
SELECT is(t.refusal($$ SELECT pg_temp.key(392, '{"name":"x","scopes":["bookings:read"],"expires_at":"2026-06-01T00:00:00Z"}') $$), 'KF422 expires_at', 'not one that has ended');
SELECT pg_temp.key(393, '{"name":"x","scopes":["bookings:read"],"expires_at":"2026-07-01T00:00:00Z"}');
SELECT is((SELECT count(*) FROM kf.api_key_use(t.hash('key 393'))), 1::bigint, 'before its end');
SELECT t.clock('2026-07-01 00:00Z');
SELECT is((SELECT count(*) FROM kf.api_key_use(t.hash('key 393'))), 0::bigint, 'not after it');
SELECT is(kf.api_key_revoke(t.id(400), t.id(391)), NULL, 'another business ends nothing');
SELECT isnt(kf.api_key_revoke(t.id(300), t.id(391))->>'revoked_at', NULL, 'its own does');
SELECT is((SELECT count(*) FROM kf.api_key_use(t.hash('key 391'))), 0::bigint, 'at once');
SELECT is((SELECT jsonb_path_query_array(kf.api_key_page(t.id(300), '{}'), '$.items[*].name')), '["x", "Web"]', 'the newest first');
SELECT is(t.refusal($$ SELECT kf.api_key_add(t.id(300), gen_random_uuid(), '{"name":"n","scopes":["bookings:read"]}', t.hash('many ' || n), 'kfk_abcd', NULL) FROM generate_series(1, 51) n $$), 'KF409', '50 at most');

-- No log line contains secrets; tables without a tenant are empty.
SELECT pg_temp.at(t.id(300));
SELECT is((SELECT count(*) FROM kf.audit WHERE before::text || after::text ~ 'hash (3|new|bea)|sealed totp'), 0::bigint, 'no secret in the log');
SELECT isnt((SELECT count(*) FROM kf.audit WHERE after->>'password_hash' = '***'), 0::bigint, 'only that it changed');
SELECT set_config('kf.tenant', '', true);
SELECT is((SELECT count(*) FROM (SELECT 1 FROM kf.staff UNION ALL SELECT 1 FROM kf.session UNION ALL SELECT 1 FROM kf.token UNION ALL SELECT 1 FROM kf.api_key UNION ALL SELECT 1 FROM kf.recovery_code UNION ALL SELECT 1 FROM kf.mail) q), 0::bigint, 'nobody''s without a tenant');
SELECT * FROM finish();
ROLLBACK;
