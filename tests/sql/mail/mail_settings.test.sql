-- The merchant's choices: mails, texts, own mail server.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
CREATE FUNCTION pg_temp.rules(p text) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.rules_change(t.id(100), NULL, %L)', p)) $$;

-- Rules.
SELECT is(kf.rules_get(t.id(100)) - 'mails', '{"version": 1, "mail_notes": {}, "mail_reply_to": null, "retention_days": null, "complete_after_hours": 48}', 'as a business begins');
SELECT is((SELECT string_agg(key, ' ') FROM jsonb_each(kf.rules_get(t.id(100))->'mails') WHERE value = 'false'), 'booking_received', 'all mails but one');
SELECT is(kf.rules_get(t.id(900)), NULL, 'no such business');
SELECT is(pg_temp.rules(p), wanted, 'refused: ' || p) FROM (VALUES
    ('{"more":1}', 'KF422 more'), ('[]', 'KF422'), ('{"mails":[]}', 'KF422 mails'), ('{"mails":{"verify":false}}', 'KF422 mails.verify'), ('{"mails":{"reminder_1h":"no"}}', 'KF422 mails.reminder_1h'),
    ('{"mails":{"reminder_1h":null}}', 'KF422 mails.reminder_1h'), ('{"mail_notes":"x"}', 'KF422 mail_notes'), ('{"mail_notes":{"reminder_1h":{"es":"x"}}}', 'KF422 mail_notes.reminder_1h'),
    ('{"mail_notes":{"new_booking":{"es":"x"}}}', 'KF422 mail_notes.new_booking'), ('{"mail_notes":{"booking_moved":"x"}}', 'KF422 mail_notes.booking_moved'),
    ('{"mail_notes":{"booking_moved":{"fr":"x"}}}', 'KF422 mail_notes.booking_moved.fr'), ('{"mail_notes":{"booking_moved":{"es":7}}}', 'KF422 mail_notes.booking_moved.es'),
    (format('{"mail_notes":{"booking_moved":{"en":"%s"}}}', repeat('x', 1001)), 'KF422 mail_notes.booking_moved.en'), ('{"mail_notes":{"booking_moved":{"es":"a\u0007"}}}', 'KF422 mail_notes.booking_moved.es'),
    ('{"mail_reply_to":"x"}', 'KF422 mail_reply_to'), ('{"mail_reply_to":"a@b.c\nBcc: x@y.z"}', 'KF422 mail_reply_to'), ('{"mail_reply_to":7}', 'KF422 mail_reply_to'),
    ('{"complete_after_hours":0}', 'KF422 complete_after_hours'), ('{"complete_after_hours":721}', 'KF422 complete_after_hours'), ('{"retention_days":29}', 'KF422 retention_days'),
    ('{"retention_days":3651}', 'KF422 retention_days'), ('{"retention_days":"30"}', 'KF422 retention_days')) v(p, wanted);
SELECT is((kf.rules_get(t.id(100))->>'version')::int, 1, 'nothing of that is written');
SELECT is(kf.rules_change(t.id(100), 1, '{"mails":{"reminder_1h":false,"booking_received":true},"mail_notes":{"booking_confirmed":{"es":"Trae tu cédula","en":"Bring your id"}},"mail_reply_to":"citas@one.example","retention_days":365,"complete_after_hours":null}')
    - 'mails', '{"version": 2, "mail_notes": {"booking_confirmed": {"en": "Bring your id", "es": "Trae tu cédula"}}, "mail_reply_to": "citas@one.example", "retention_days": 365, "complete_after_hours": null}', 'changed');
SELECT is((SELECT string_agg(key, ' ') FROM jsonb_each(kf.rules_get(t.id(100))->'mails') WHERE value = 'false'), 'reminder_1h', 'these mails');
SELECT is(t.refusal($$ SELECT kf.rules_change(t.id(100), 1, '{"retention_days":30}') $$), 'KF421', 'somebody was faster');
SELECT is(kf.rules_change(t.id(100), 2, '{"mails":{"reminder_1h":true},"mail_notes":{"booking_confirmed":{"en":""},"reminder_24h":{"es":"Hola"}},"mail_reply_to":null}')->'mail_notes',
    '{"reminder_24h": {"es": "Hola"}, "booking_confirmed": {"es": "Trae tu cédula"}}', 'what is not named stays, an empty one goes');
SELECT is(kf.rules_change(t.id(100), 3, '{"mail_notes":{"booking_confirmed":null}}')->'mail_notes', '{"reminder_24h": {"es": "Hola"}}', 'a whole kind goes');
SELECT is(kf.rules_change(t.id(900), NULL, '{}'), NULL, 'no such business to change');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT count(*) FROM kf.audit a WHERE a.action = 'rules_changed'), 3::bigint, 'in the audit log');
SELECT is(kf.branding_get(t.id(100)) ?| ARRAY['mails', 'mail_notes', 'mail_reply_to', 'retention_days'], false, 'not among the looks');
-- The texts appear only in mails of their language.
SELECT t.hold(1, 1001, '2026-06-03 14:00Z', 2), t.book(1, 1001);
SELECT t.clock('2026-06-02 14:00Z');
SELECT kf.work_reminders(10);
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT string_agg(m.kind || ' ' || coalesce(m.facts->>'note', '-'), ', ' ORDER BY m.kind) FROM kf.mail m), 'booking_confirmed -, reminder_24h Hola', 'in the mails; none asks for a payment where nothing is charged');
SELECT is((SELECT reply_to FROM kf.work_mails(1, 60, false)), NULL, 'no address for answers');
SELECT kf.rules_change(t.id(100), NULL, '{"mail_reply_to":"citas@one.example"}')->>'version';
SELECT is((SELECT reply_to FROM kf.work_mails(1, 60, false)), 'citas@one.example', 'or one');

-- An own mail server.
SELECT is(kf.mail_channel_get(t.id(100)), NULL, 'none');
CREATE FUNCTION pg_temp.put(p jsonb, p_secret text DEFAULT 'sealed') RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.mail_channel_put(t.id(100), NULL, %L, %L)',
        '{"kind":"smtp","host":"mail.one.example","port":587,"security":"starttls","username":"u","from_address":"citas@one.example","from_name":"Uno"}'::jsonb || p, p_secret)) $$;
SELECT is(pg_temp.put(p::jsonb), wanted, 'refused: ' || p) FROM (VALUES
    ('{"kind":"pop"}', 'KF422 kind'), ('{"kind":null}', 'KF422 kind'), ('{"host":null}', 'KF422 host'), ('{"host":"a b"}', 'KF422 host'), ('{"host":"a/b"}', 'KF422 host'), ('{"host":"-a"}', 'KF422 host'),
    ('{"host":"a\r\nx"}', 'KF422 host'), ('{"port":0}', 'KF422 port'), ('{"port":70000}', 'KF422 port'), ('{"port":null}', 'KF422 port'), ('{"security":"none"}', 'KF422 security'),
    ('{"username":"a\nb"}', 'KF422 username'), ('{"from_address":null}', 'KF422 from_address'), ('{"from_address":"x"}', 'KF422 from_address'), ('{"from_address":"a@b.c\nBcc: x@y.z"}', 'KF422 from_address'),
    ('{"from_address":"a@[10.0.0.1]"}', 'KF422 from_address'), ('{"from_name":"a\nb"}', 'KF422 from_name'), ('{"from_name":"a <b>"}', 'KF422 from_name'), ('{"active":1}', 'KF422 active'),
    ('{"password":"x"}', 'KF422 password'), ('{"kind":"resend"}', 'KF422 host')) v(p, wanted);
SELECT is(pg_temp.put('{}', NULL), 'KF422 secret', 'a user without a password');
SELECT is(pg_temp.put('{"username":""}', NULL), 'ok', 'nobody in particular needs none');
SELECT is(pg_temp.put('{}'), 'ok', 'set');
SELECT is(kf.mail_channel_get(t.id(100)) - 'updated_at', '{"host": "mail.one.example", "kind": "smtp", "port": 587, "active": true, "version": 2, "security": "starttls", "username": "u", "from_name": "Uno", "tested_at": null,
    "has_secret": true, "test_result": null, "from_address": "citas@one.example"}', 'without its secret');
SELECT is(t.refusal($$ SELECT kf.mail_channel_put(t.id(100), 1, '{"kind":"resend","from_address":"a@b.example"}', 'key') $$), 'KF421', 'somebody was faster');
SELECT is(pg_temp.put('{"from_name":"Una"}', NULL), 'ok', 'the password stays');
SELECT results_eq('SELECT what, ref, sealed FROM kf.secrets_list(t.id(100)) WHERE what = ''mail_channel''', $$ VALUES ('mail_channel', 'secret', 'sealed') $$, 'for the rotation of keys');
SELECT is(pg_temp.put('{"host":"evil.example"}', NULL), 'KF422 secret', 'but it is not for another server');
SELECT is(pg_temp.put('{"username":"v"}', NULL), 'KF422 secret', 'nor another user');
SELECT is(kf.secret_replace(t.id(100), 'mail_channel', 'secret', 'other', 'new'), false, 'not what is there');
SELECT is(kf.secret_replace(t.id(100), 'mail_channel', 'secret', 'sealed', 'new'), true, 'rotated');
SELECT is((SELECT string_agg(a.after->>'secret_sealed', ' ') FROM kf.audit a WHERE a.action = 'mail_channel_changed' AND a.after->>'secret_sealed' IS NOT NULL), '*** ***', 'the audit log does not know it');
SELECT isnt((SELECT count(*) FROM kf.work_mails(10, 60, false) w WHERE w.channel_host = 'mail.one.example' AND w.channel_secret_sealed = 'new'), 0::bigint, 'mails go by it') FROM kf.clock_shift(61);

-- Its test: one attempt, whose result belongs to the server; also while the server is not in use.
SELECT kf.mail_channel_put(t.id(100), NULL, '{"kind":"resend","from_address":"citas@one.example","active":false}', 'key')->>'version';
SELECT is(kf.mail_channel_test(t.id(100), t.id(8001), 'olga@one.example', 'Olga', 'es')->>'test_result', NULL, 'a test');
SELECT kf.mail_channel_test(t.id(100), t.id(8002), 'olga@one.example', 'Olga', 'es')->>'kind';
SELECT is((SELECT count(*) FROM kf.mail WHERE kind = 'channel_test'), 1::bigint, 'one at a time');
SELECT kf.clock_shift(61);
SELECT results_eq('SELECT kind, channel_kind, channel_secret_sealed, needs_tokens FROM kf.work_mails(10, 60, true)', $$ VALUES ('channel_test', 'resend', 'key', false) $$, 'the test alone goes by it');
SELECT is((SELECT state FROM kf.mail_result(t.id(100), t.id(8001), 'failed', '401 invalid_api_key', 0)), 'dead', 'tried once');
SELECT is(kf.mail_channel_get(t.id(100))->>'test_result', '401 invalid_api_key', 'with its result');
SELECT kf.mail_channel_test(t.id(100), t.id(8003), 'olga@one.example', 'Olga', 'es')->>'kind';
SELECT is((SELECT state FROM kf.mail_result(t.id(100), t.id(8003), 'sent', NULL, 0)), 'sent', 'another');
SELECT is(kf.mail_channel_get(t.id(100))->>'test_result', 'ok', 'went well');
SELECT is(t.refusal($$ SELECT kf.mail_channel_test(t.id(200), t.id(8004), 'a@two.example', 'A', 'es') $$), 'KF404', 'without a server there is nothing to test');
SELECT is(kf.mail_channel_get(t.id(200)), NULL, 'another business has none');
SELECT is(kf.mail_channel_remove(t.id(100)), true, 'taken away');
SELECT is(kf.mail_channel_remove(t.id(100)), false, 'once');
SELECT is(kf.mail_channel_put(t.id(900), NULL, '{"kind":"resend","from_address":"a@b.example"}', 'key'), NULL, 'no such business');

-- Reasons that stop the mails, except daily quotas (quotas.test.sql).
CREATE FUNCTION pg_temp.trouble(n int) RETURNS jsonb LANGUAGE sql AS $$
    SELECT kf.mail_trouble(t.id(n)) - ARRAY['held', 'most', 'plain', 'until', 'stopped', 'recipients'] $$;
SELECT t.clock('2026-06-10 12:00Z');
SELECT kf.work_sweep(100);
SELECT kf.mail_put(t.id(100), t.id(8011), 'new_sign_in', 'olga@one.example', '', 'es', '{}', NULL), kf.mail_put(t.id(100), t.id(8012), 'new_sign_in', 'olga@one.example', '', 'es', '{}', NULL);
SELECT is((kf.mail_trouble(t.id(100))->>'waiting')::int, 0, 'nothing waits too long');
SELECT count(*) FROM kf.work_mails(10, 60, false);
SELECT kf.mail_result(t.id(100), t.id(8011), 'failed', '451 later', 0);
SELECT is(pg_temp.trouble(100), '{"dead": 0, "oldest": "2026-06-10T07:00:00-05:00", "waiting": 1, "last_error": "451 later"}', 'one has failed');
SELECT kf.clock_shift(301);
SELECT is((kf.mail_trouble(t.id(100))->>'waiting')::int, 2, 'the other waits too long as well');
SELECT kf.mail_result(t.id(100), t.id(8012), 'refused', '550 nobody', 0);
SELECT is(pg_temp.trouble(100), '{"dead": 1, "oldest": "2026-06-10T07:00:00-05:00", "waiting": 1, "last_error": "550 nobody"}', 'and is refused');
SELECT kf.clock_shift(604800);
SELECT is((kf.mail_trouble(t.id(100))->>'dead')::int, 0, 'which is shown for a week');
SELECT is(pg_temp.trouble(200), '{"dead": 0, "oldest": null, "waiting": 0, "last_error": null}', 'nobody else''s');
SELECT * FROM finish();
ROLLBACK;
