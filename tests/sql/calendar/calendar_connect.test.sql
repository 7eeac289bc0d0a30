-- Connecting a calendar: invitation, consent, choice and their results; the work on channels and grants.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
SELECT set_config('kf.tenant', t.id(100)::text, true);
INSERT INTO kf.staff (tenant_id, staff_id, email, role, state, password_hash, created_at) VALUES
    (t.id(100), t.id(141), 'a@one.example', 'owner', 'active', 'hash', kf.now()), (t.id(100), t.id(142), 'b@one.example', 'owner', 'active', 'hash', kf.now());
CREATE FUNCTION pg_temp.state(p_professional int DEFAULT 11) RETURNS text LANGUAGE sql AS $$
    SELECT (kf.professional_get(t.id(100), t.id(100 + p_professional)))->>'calendar' $$;
CREATE FUNCTION pg_temp.invite(p_n int, p jsonb DEFAULT '{}', p_professional int DEFAULT 11) RETURNS jsonb LANGUAGE sql AS $$
    SELECT kf.calendar_invite(t.id(100), t.id(100 + p_professional), t.id(p_n), t.hash('invitation ' || p_n), p, t.id(p_n + 5000), 'sealed-link') $$;
CREATE FUNCTION pg_temp.found(p_n int) RETURNS text LANGUAGE sql AS $$ SELECT f.state FROM kf.calendar_invitation_find(t.hash('invitation ' || p_n)) f $$;

-- The invitation.
SELECT is(pg_temp.state(), 'builtin', 'the built-in calendar');
SELECT is(kf.calendar_get(t.id(100), t.id(111)) - ARRAY['calendars', 'connected_at'], '{"state":"builtin","provider":"builtin","account_email":null,"read":[],"write":null,
    "meeting":false,"guest":false,"summary":"","error":null,"read_at":null,"readable":true,"push":false,"invitation":null,"events_failed":0,"version":0}'::jsonb, '(that one)');
SELECT is(kf.calendar_get(t.id(100), t.id(119)), NULL, 'nobody has none');
SELECT is(pg_temp.invite(3001), '{"mailed":false,"expires_at":"2026-06-08T07:00:00-05:00"}'::jsonb, 'invited for a week');
SELECT is(pg_temp.state(), 'pending', 'invited');
SELECT is(pg_temp.state(12), 'builtin', 'the colleague is not');
SELECT is(pg_temp.found(3001), 'open', 'the link is found');
SELECT is_empty($$ SELECT FROM kf.calendar_invitation_find(t.hash('invitation 1')) $$, 'another is not');
SELECT is(pg_temp.invite(3002, '{"email":"pro@one.example","language":"en"}')->'mailed', 'true', 'invited anew, by mail');
SELECT is((SELECT (kind, to_address, to_name, language, facts, secret_sealed)::text FROM kf.mail),
    '(calendar_invite,pro@one.example,"Professional 1",en,"{""minutes"": 10080, ""professional"": ""Professional 1""}",sealed-link)', 'the mail');
SELECT is((SELECT email FROM kf.professional WHERE professional_id = t.id(111)), 'pro@one.example', 'the address is kept');
SELECT pg_temp.invite(3003, '{"email":"other@one.example"}');
SELECT is((SELECT email FROM kf.professional WHERE professional_id = t.id(111)), 'pro@one.example', 'once there is one it stays');
SELECT is(pg_temp.found(3001) || ' ' || pg_temp.found(3002) || ' ' || pg_temp.found(3003), 'used used open', 'a new link ends the former ones');
SELECT is(t.refusal(format('SELECT pg_temp.invite(3009, %L)', p)), want, p) FROM (VALUES ('{"email":"x"}', 'KF422 email'), ('{"language":"fr"}', 'KF422 language'),
    ('{"x":1}', 'KF422 x'), ('[]', 'KF422')) v(p, want);
SELECT is(pg_temp.invite(3009, '{}', 19), NULL, 'nobody is not invited');
UPDATE kf.professional SET archived_at = kf.now() WHERE professional_id = t.id(112);
SELECT is(t.refusal('SELECT pg_temp.invite(3009, ''{}'', 12)'), 'KF409', 'nor one who is archived');
UPDATE kf.professional SET archived_at = NULL;
SELECT is((SELECT count(*) FROM kf.audit WHERE action = 'calendar_invited'), 3::bigint, 'written down');
SELECT t.clock('2026-06-08 12:00Z');
SELECT is(pg_temp.found(3003), 'expired', 'after a week it is over');
SELECT is(pg_temp.state(), 'builtin', 'and nobody waits');
SELECT is(t.refusal(format('SELECT kf.calendar_grant_begin(%L, %L, %L, ''google'', t.hash(''s''), t.hash(''b''), ''v'')', t.id(100), t.id(4001), t.id(3003))), 'KF416', 'a late consent');
SELECT t.clock('2026-06-08 11:59:59Z');

-- The consent.
CREATE FUNCTION pg_temp.consent(p_n int, p_invitation int DEFAULT 3003) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.calendar_grant_begin(%L, %L, %L, ''google'', %L, %L, ''sealed-verifier'')', t.id(100), t.id(p_n), t.id(p_invitation),
        t.hash('state ' || p_n), t.hash('browser ' || p_n))) $$;
CREATE FUNCTION pg_temp.take(p_n int, p_browser int) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg((g.tenant_id = t.id(100)) || ' ' || right(g.grant_id::text, 4) || ' ' || concat_ws(' ', g.provider, g.verifier_sealed, g.language, g.business, g.professional), '/')
    FROM kf.calendar_grant_take(t.hash('state ' || p_n), t.hash('browser ' || p_browser)) g $$;
SELECT is(pg_temp.consent(4001), 'ok', 'begins');
SELECT is(pg_temp.consent(4002), 'ok', 'in a second browser too');
SELECT is(pg_temp.consent(4009, 3002), 'KF416', 'not with a used invitation');
SELECT is(pg_temp.take(4001, 4002), NULL, 'the state of another browser');
SELECT is(pg_temp.take(4009, 4001), NULL, 'an unknown state');
SELECT is(pg_temp.take(4001, 4001), 'true 4001 google sealed-verifier es Tenant 1 Professional 1', 'the right one');
SELECT is(pg_temp.take(4001, 4001), NULL, 'once');
SELECT is((SELECT verifier_sealed FROM kf.calendar_grant WHERE grant_id = t.id(4001)), NULL, 'its secret is gone');
SELECT t.clock('2026-06-08 12:09:59Z');
SELECT is(pg_temp.take(4002, 4002), NULL, 'ten minutes later');
SELECT is((SELECT count(*) FROM kf.calendar_grant WHERE tokens_sealed IS NOT NULL OR state_used_at IS NOT NULL), 1::bigint, 'nothing of it was kept');
SELECT t.clock('2026-06-08 11:59:59Z');
CREATE FUNCTION pg_temp.put(p_n int) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.calendar_grant_put(%L, %L, ''account'', ''me@example.test'', ''all'', ''sealed-tokens'', ''2026-06-08 13:00Z'', %L)', t.id(100), t.id(p_n),
        '[{"id":"cal-a","name":"Agenda","time_zone":"America/Bogota","primary":true,"may_write":true},{"id":"cal-b","name":"Familia","may_write":false}]')) $$;
SELECT is(pg_temp.put(4002), 'KF416', 'nothing is granted before the state came back');
SELECT is(kf.calendar_grant_find(t.id(100), t.id(3003), t.hash('browser 4001')), NULL, 'not granted yet');
SELECT is(pg_temp.put(4001), 'ok', 'granted');
SELECT is(pg_temp.put(4001), 'KF416', 'once');
SELECT is(kf.calendar_grant_find(t.id(100), t.id(3003), t.hash('browser 4001')), jsonb_build_object('id', t.id(4001), 'provider', 'google', 'account_email', 'me@example.test',
    'scopes', 'all', 'tokens_sealed', 'sealed-tokens', 'access_expires_at', '2026-06-08T13:00:00Z', 'professional', 'Professional 1', 'business', 'Tenant 1', 'calendars',
    '[{"id":"cal-a","name":"Agenda","time_zone":"America/Bogota","primary":true,"may_write":true},{"id":"cal-b","name":"Familia","may_write":false}]'::jsonb), 'to be chosen from');
SELECT is(kf.calendar_grant_find(t.id(100), t.id(3003), t.hash('browser 4002')), NULL, 'not in another browser');
SELECT is(kf.calendar_grant_find(t.id(200), t.id(3003), t.hash('browser 4001')), NULL, 'nor in another business');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT bag_eq($$ SELECT what || ' ' || ref FROM kf.secrets_list(t.id(100)) WHERE what LIKE 'calendar%' $$, $$ VALUES ('calendar_verifier ' || t.id(4002)), ('calendar_tokens ' || t.id(4001)) $$, 'secrets of consents are known');
SELECT is(kf.secret_replace(t.id(100), 'calendar_tokens', t.id(4001)::text, 'sealed-tokens', 'sealed-again') || ' ' || kf.secret_replace(t.id(100), 'calendar_verifier', t.id(4002)::text, 'other', 'x'), 'true false', 'and sealed anew');

-- The choice.
CREATE FUNCTION pg_temp.connect(p jsonb, p_grant int DEFAULT 4001, p_browser int DEFAULT 4001, p_connection int DEFAULT 5000) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.calendar_connect(%L, %L, %L, %L, ''sealed-refresh'', ''sealed-access'', ''2026-06-08 13:00Z'', %L)', t.id(100), t.id(p_grant),
        t.hash('browser ' || p_browser), t.id(p_connection), p)) $$;
SELECT is(pg_temp.connect(p::jsonb), want, p) FROM (VALUES ('{}', 'KF422 read'), ('{"read":[]}', 'KF422 read'), ('{"read":["cal-x"]}', 'KF422 read'), ('{"read":[1]}', 'KF422 read'),
    ('{"read":"cal-a"}', 'KF422 read'), ('{"read":["cal-a"],"write":"cal-b"}', 'KF422 write'), ('{"read":["cal-a"],"write":"cal-x"}', 'KF422 write'),
    ('{"read":["cal-a"],"meeting":1}', 'KF422 meeting'), ('{"read":["cal-a"],"more":1}', 'KF422 more')) v(p, want);
SELECT is(pg_temp.connect(jsonb_build_object('read', (SELECT jsonb_agg('cal-' || i) FROM generate_series(1, 51) i))), 'KF422 read', '51 calendars');
SELECT is(pg_temp.connect('{"read":["cal-a"]}', 4001, 4002), 'KF416', 'another browser');
SELECT is(pg_temp.connect('{"read":["cal-a"]}', 4002, 4002), 'KF416', 'nothing granted');
SELECT is(pg_temp.connect('{"read":["cal-a"]}', 4999, 4001), 'KF416', 'no such consent');
SELECT is_empty('SELECT FROM kf.calendar_connection', 'nothing is connected');
SELECT t.clock('2026-06-08 12:59:59Z');
SELECT is(pg_temp.connect('{"read":["cal-a"]}'), 'KF416', 'an hour later');
SELECT t.clock('2026-06-08 12:30Z');
SELECT is(pg_temp.connect('{"read":["cal-b","cal-b"],"write":"cal-a","guest":true}'), 'ok', 'connected, within the hour though the invitation is over by now');
SELECT is(pg_temp.connect('{"read":["cal-a"]}'), 'KF416', 'once');
SELECT is(pg_temp.state(), 'connected', 'connected');
SELECT is(kf.calendar_get(t.id(100), t.id(111)) - ARRAY['calendars'], '{"state":"connected","provider":"google","account_email":"me@example.test","read":[{"id":"cal-b","name":"Familia"}],"write":"cal-a",
    "meeting":false,"guest":true,"summary":"","error":null,"connected_at":"2026-06-08T07:30:00-05:00","read_at":null,"readable":false,"push":false,"invitation":null,"events_failed":0,"version":1}'::jsonb, 'as the merchant sees it');
SELECT bag_eq('SELECT calendar_id, reads FROM kf.calendar_source', $$ VALUES ('cal-a', false), ('cal-b', true) $$, 'the one written to is looked at too');
SELECT is((SELECT calendars FROM kf.work_calendar_reads(10, 30)), ARRAY['cal-b'], 'but its busy time does not count');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT count(*) FROM kf.calendar_grant WHERE tokens_sealed IS NOT NULL OR verifier_sealed IS NOT NULL), 0::bigint, 'no secret stays behind');
SELECT bag_eq($$ SELECT what || ' ' || ref || ' ' || sealed FROM kf.secrets_list(t.id(100)) WHERE what LIKE 'calendar%' $$,
    $$ VALUES ('calendar_refresh ' || t.id(5000) || ' sealed-refresh'), ('calendar_access ' || t.id(5000) || ' sealed-access') $$, 'secrets of connections are known');
SELECT is(kf.secret_replace(t.id(100), 'calendar_refresh', t.id(5000)::text, 'sealed-refresh', 'r2') || ' ' || kf.secret_replace(t.id(100), 'calendar_access', t.id(5000)::text, 'sealed-access', 'a2'), 'true true', 'and sealed anew');
SELECT kf.calendar_token_put(t.id(100), t.id(5000), 'a3', '2026-06-08 14:00Z', NULL);
SELECT is((SELECT (refresh_token_sealed, access_token_sealed, access_expires_at)::text FROM kf.calendar_connection), '(r2,a3,"2026-06-08 14:00:00+00")', 'a new access token leaves the other');
SELECT is((SELECT (actor_kind, object_id, after->>'account_email')::text FROM kf.audit WHERE action = 'calendar_connected'), '(system,' || t.id(111) || ',me@example.test)', 'written down');
SELECT is(t.refusal(format('SELECT kf.calendar_change(%L, %L, %s, %L)', t.id(100), t.id(111), v, p)), want, p) FROM (VALUES
    (9, '{"guest":false}', 'KF421'), (1, '{"write":"cal-b"}', 'KF422 write'), (1, '{"read":["cal-a"]}', 'KF422 read'), (1, '{"summary":1}', 'KF422 summary'),
    (1, '{"summary":"{service}","meeting":true}', 'ok'), (2, '{"write":null}', 'ok')) x(v, p, want);
SELECT is(kf.calendar_change(t.id(100), t.id(119), NULL, '{}'), NULL, 'nobody''s cannot be changed');
SELECT is(t.refusal(format('SELECT kf.calendar_change(%L, %L, NULL, ''{}'')', t.id(100), t.id(112))), 'KF409', 'nor the built-in one');
SELECT is((SELECT array_agg((before, after)::text ORDER BY audit_id) FROM kf.audit WHERE action = 'calendar_updated'),
    ARRAY['("{""meeting"": false, ""summary"": """"}","{""meeting"": true, ""summary"": ""{service}""}")', '("{""write_calendar"": ""cal-a""}","{""write_calendar"": null}")'], 'written down');

-- Channels.
CREATE FUNCTION pg_temp.channels() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(right(channel_id::text, 4) || ' ' || state, ', ' ORDER BY channel_id) FROM kf.calendar_channel $$;
SELECT is((SELECT array_agg(calendar_id ORDER BY calendar_id) FROM kf.work_calendar_channels(10, 30)), ARRAY['cal-a', 'cal-b'], 'both wait for a channel');
SELECT is_empty('SELECT FROM kf.work_calendar_channels(10, 30)', 'once');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT kf.calendar_channel_ask(t.id(100), t.id(5000), c, t.id(n), t.hash('channel ' || n), '2026-06-15') FROM (VALUES ('cal-a', 7001), ('cal-b', 7002)) v(c, n);
SELECT kf.calendar_channel_opened(t.id(100), t.id(7002), 'res', '2026-06-15'), kf.calendar_channel_failed(t.id(100), t.id(7001), 'denied', 'no https', 0);
SELECT is(pg_temp.channels(), '7001 ended, 7002 live', 'one lives, the other is denied');
SELECT is((SELECT (channel_due_at - kf.now(), channel_error)::text FROM kf.calendar_source WHERE calendar_id = 'cal-a'), '(01:00:00,"no https")', 'tried again in an hour');
SELECT is((kf.calendar_get(t.id(100), t.id(111)))->'push', 'true', 'all that is read tells of changes');
SELECT kf.calendar_channel_ask(t.id(100), t.id(5000), 'cal-b', t.id(7003), t.hash('channel 7003'), '2026-06-22'), kf.calendar_channel_ask(t.id(100), t.id(5000), 'cal-b', t.id(7004), t.hash('channel 7004'), '2026-06-22');
SELECT kf.calendar_channel_opened(t.id(100), t.id(7004), 'res4', '2026-06-22');
SELECT is(pg_temp.channels(), '7001 ended, 7002 stopping, 7003 ended, 7004 live', 'a new one ends the former ones');
SELECT results_eq('SELECT channel_id, resource_id, provider, refresh_token_sealed FROM kf.work_calendar_stops(10, 30)', $$ VALUES (t.id(7002), 'res', 'google', 'r2') $$, 'to be stopped');
SELECT is_empty('SELECT FROM kf.work_calendar_stops(10, 30)', 'once');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT kf.calendar_stop_result(t.id(100), t.id(7002), false, 0);
SELECT is((SELECT (state, stop_due_at - kf.now())::text FROM kf.calendar_channel WHERE channel_id = t.id(7002)), '(stopping,00:00:02)', 'tried again');

-- Disconnected: channels first, then the grant.
SELECT is((kf.calendar_disconnect(t.id(100), t.id(111)))->>'state', 'builtin', 'disconnected');
SELECT is(t.refusal(format('SELECT kf.calendar_disconnect(%L, %L)', t.id(100), t.id(111))), 'KF409', 'once');
SELECT is(kf.calendar_disconnect(t.id(100), t.id(119)), NULL, 'nobody is not');
SELECT is_empty($$ SELECT FROM kf.busy_read(t.id(100), ARRAY[t.id(111)], '2026-06-10', '2026-06-11') WHERE no > 0 $$, 'times are free again');
SELECT is_empty('SELECT FROM kf.work_calendar_reads(10, 30) UNION ALL SELECT FROM kf.work_calendar_syncs(10, 30) UNION ALL SELECT FROM kf.work_calendar_channels(10, 30)', 'nothing is read any more');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is(kf.calendar_notify(t.id(7004), t.hash('channel 7004'), 'res4', 5, false), 'ok', 'a last notice does no harm');
SELECT is_empty('SELECT FROM kf.work_calendar_revokes(10, 30)', 'the grant waits for the channels');
SELECT t.clock('2026-06-08 12:31Z');
SELECT is((SELECT array_agg(channel_id ORDER BY channel_id) FROM kf.work_calendar_stops(10, 30)), ARRAY[t.id(7002), t.id(7004)], 'which are stopped');
SELECT kf.calendar_stop_result(t.id(100), t.id(n), true, 0) FROM unnest(ARRAY[7002, 7004]) n;
-- Revoking a grant also ends a new grant of the same account: a simultaneous reconnection waits.
SELECT kf.calendar_invite(t.id(100), t.id(111), t.id(8001), t.hash('invitation 8001'), '{}', NULL, NULL);
SELECT kf.calendar_grant_begin(t.id(100), t.id(8002), t.id(8001), 'google', t.hash('state 8002'), t.hash('browser 8002'), 'sealed-verifier');
SELECT is_empty('SELECT FROM kf.work_calendar_revokes(10, 30)', 'on the way to the consent');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT kf.calendar_grant_put(t.id(100), g.grant_id, (SELECT account_id FROM kf.calendar_connection), 'a@example.test', 'all', 'sealed', kf.now() + interval '1 hour', '[]')
    FROM kf.calendar_grant_take(t.hash('state 8002'), t.hash('browser 8002')) g;
SELECT is_empty('SELECT FROM kf.work_calendar_revokes(10, 30)', 'about to choose calendars');
SELECT set_config('kf.tenant', t.id(100)::text, true);
UPDATE kf.calendar_grant SET account_id = 'somebody else' WHERE grant_id = t.id(8002);
SELECT is((SELECT array_agg((connection_id, provider, refresh_token_sealed)::text) FROM kf.work_calendar_revokes(10, 30)), ARRAY['(' || t.id(5000) || ',google,r2)'], 'then it is given back');
SELECT is_empty('SELECT FROM kf.work_calendar_revokes(10, 30)', 'once');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT kf.calendar_revoke_result(t.id(100), t.id(5000), false, 'down', 0);
SELECT is((SELECT (refresh_token_sealed, revoke_due_at - kf.now())::text FROM kf.calendar_connection), '(r2,00:00:02)', 'tried again');
SELECT kf.calendar_revoke_result(t.id(100), t.id(5000), true, NULL, 0);
SELECT is((SELECT (refresh_token_sealed, access_token_sealed, revoke_due_at)::text FROM kf.calendar_connection), '(,,)', 'and forgotten');
SELECT kf.calendar_token_put(t.id(100), t.id(5000), 'late', kf.now(), 'late');
SELECT is((SELECT refresh_token_sealed FROM kf.calendar_connection), NULL, 'a late token is not kept');

-- Reconnected by the same account: not revoked. A stuck channel delays it by ten minutes.
SELECT t.calendar(1, 5100);
SELECT t.calendar(1, 5200, p_account => 'account');
SELECT is_empty('SELECT FROM kf.work_calendar_revokes(10, 30)', 'the same account goes on: not given back');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT (state, refresh_token_sealed, revoke_due_at)::text FROM kf.calendar_connection WHERE connection_id = t.id(5100)), '(disconnected,,)', 'but its token is forgotten');
SELECT t.calendar(2, 5900, p_account => 'account');
SELECT t.calendar(1, 5300, p_account => 'another');
SELECT is_empty('SELECT FROM kf.work_calendar_revokes(10, 30)', 'another professional''s too');
SELECT kf.calendar_disconnect(t.id(200), t.id(211));
SELECT is((SELECT array_agg(connection_id) FROM kf.work_calendar_revokes(10, 30)), ARRAY[t.id(5900)], 'with the last of them it is');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT kf.calendar_channel_ask(t.id(100), t.id(5300), 'cal-a', t.id(7005), t.hash('channel 7005'), '2026-06-22'), kf.calendar_channel_opened(t.id(100), t.id(7005), 'res5', '2026-06-22');
SELECT kf.calendar_disconnect(t.id(100), t.id(111));
SELECT t.clock('2026-06-08 12:40:59Z');
SELECT is_empty($$ SELECT FROM kf.work_calendar_revokes(10, 30) WHERE connection_id = t.id(5300) $$, 'a channel that does not stop');
SELECT t.clock('2026-06-08 12:41Z');
SELECT isnt_empty($$ SELECT FROM kf.work_calendar_revokes(10, 30) WHERE connection_id = t.id(5300) $$, 'is not waited for for ever');
SELECT set_config('kf.tenant', t.id(100)::text, true);

-- An error: every owner is told once, and reconnecting ends it.
DELETE FROM kf.calendar_busy;
SELECT t.calendar(1, 5400);
SELECT t.read(1);
SELECT kf.calendar_error(t.id(100), t.id(5400), 'revoked'), kf.calendar_error(t.id(100), t.id(5400), 'revoked');
SELECT bag_eq($$ SELECT to_address, facts FROM kf.mail WHERE kind = 'calendar_error' $$, $$ SELECT a, jsonb_build_object('reason', 'revoked', 'provider', 'google', 'professional',
    'Professional 1', 'professional_id', t.id(111), 'account_email', 'account@example.test') FROM unnest(ARRAY['a@one.example', 'b@one.example']) a $$, 'one mail to each owner');
SELECT is(pg_temp.state() || ' ' || (kf.calendar_get(t.id(100), t.id(111))->>'error'), 'error revoked', 'with its reason');
SELECT is((SELECT b.unread FROM kf.busy_read(t.id(100), ARRAY[t.id(111)], '2026-06-10', '2026-06-11') b WHERE no = 1), true, 'no times');
SELECT is((SELECT verdict FROM kf.calendar_fresh_begin(t.id(100), t.id(111), kf.now(), NULL, 10)), 'failed', 'and no reading');
SELECT is_empty('SELECT FROM kf.work_calendar_reads(10, 30)', '(nor by the duty)');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is(t.refusal(format('SELECT kf.calendar_error(%L, %L, ''mood'')', t.id(100), t.id(5400))), 'KF422 reason', 'an unknown reason');
SELECT t.calendar(1, 5500);
SELECT is(pg_temp.state(), 'connected', 'connected again');

-- Expired states.
SELECT t.clock('2026-07-20 12:00Z');
SELECT kf.work_sweep(100);
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT count(*) FROM kf.calendar_grant) + (SELECT count(*) FROM kf.calendar_invitation), 0::bigint, 'consents and old invitations go');
SELECT is((SELECT count(*) FROM kf.calendar_channel WHERE state <> 'stopping'), 0::bigint, 'and channels');
SELECT ok((SELECT count(*) > 4 FROM kf.calendar_connection), 'connections stay');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
