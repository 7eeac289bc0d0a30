-- Mails: permitted contents, leases, the attempts of a day, and the deletion of the secret.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
CREATE FUNCTION pg_temp.put(p_t int, p_n int, p_kind text, p_secret text) RETURNS void LANGUAGE sql AS $$
    SELECT kf.mail_put(t.id(p_t * 100), t.id(p_n), p_kind, 'ana@example.test', 'Ana Pérez', 'es', '{"minutes":60}', p_secret)
$$;
-- The state of mail p_n: state, attempts, time to the next one, whether its secret is there.
CREATE FUNCTION pg_temp.look(p_t int, p_n int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('kf.tenant', t.id(p_t * 100)::text, true);
    RETURN (SELECT format('%s %s %s %s', m.state, m.attempts, m.secret_sealed, coalesce(m.last_error, '-'))
            FROM kf.mail m WHERE m.mail_id = t.id(p_n));
END $$;
CREATE FUNCTION pg_temp.failed(p_n int, p_jitter int DEFAULT 0) RETURNS text LANGUAGE plpgsql AS $$
DECLARE r record;
BEGIN
    IF NOT EXISTS (SELECT FROM kf.work_mails(10, 60, false) w WHERE w.mail_id = t.id(p_n)) THEN RETURN 'nothing due'; END IF;
    SELECT * INTO r FROM kf.mail_result(t.id(100), t.id(p_n), 'failed', '451 later', p_jitter);
    RETURN r.state || ' ' || (r.next_attempt_at - kf.now());
END $$;
CREATE FUNCTION pg_temp.step(p_n int, p_wait interval) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v text;
BEGIN
    PERFORM kf.clock_shift(extract(epoch FROM p_wait - interval '1 second')::bigint);
    v := pg_temp.failed(p_n);
    PERFORM kf.clock_shift(1);
    RETURN v || ', ' || pg_temp.failed(p_n);
END $$;

-- Mails that are refused before they are written.
SELECT is(t.refusal(format($$ SELECT kf.mail_put(t.id(100), t.id(1), 'already_registered', %L, '', 'es', '{}', NULL) $$, a)),
          'KF422 email', 'no address: ' || a)
FROM unnest(ARRAY['', 'ana', 'ana@', '@example.test', E'ana@example.test\nBcc: x@evil.test', E'ana@example.test\r', E'ana@exa\tmple.test',
    'ana@example.test,eva@evil.test', 'Ana <ana@example.test>', 'a b@example.test', 'ana@example.test;eva@evil.test',
    'ana@eva@example.test', '"ana"@example.test', 'ana@[192.0.2.1]', repeat('a', 250) || '@example.test']) a;
SELECT is(t.refusal(format($$ SELECT kf.mail_put(t.id(100), t.id(1), 'already_registered', 'ana@example.test', %L, 'es', '{}', NULL) $$, n)),
          'KF422 name', 'no name')
FROM unnest(ARRAY[E'Ana\nBcc: x@evil.test', E'Ana\r', E'A\x7f', repeat('a', 101)]) n;
SELECT is(t.refusal($$ SELECT kf.mail_put(t.id(100), t.id(1), 'spam', 'ana@example.test', '', 'es', '{}', NULL) $$), 'KF422 kind', 'no kind of ours');
SELECT is(t.refusal($$ SELECT kf.mail_put(t.id(100), t.id(1), 'reset', 'ana@example.test', '', 'es', '{}', NULL) $$), 'KF422 secret', 'a link without its secret');
SELECT is(t.refusal($$ SELECT kf.mail_put(t.id(100), t.id(1), 'new_sign_in', 'ana@example.test', '', 'es', '{}', 'x') $$), 'KF422 secret', 'a secret without a link');
SELECT is(t.refusal($$ SELECT kf.mail_put(t.id(100), t.id(1), 'new_sign_in', 'ana@example.test', '', 'es', '[]', NULL) $$), 'KF422 facts', 'facts are an object');
SELECT is_empty('SELECT * FROM kf.work_mails(10, 60, false)', 'none of these is there');

-- A lease belongs to one worker and expires.
SELECT pg_temp.put(1, 1, 'verify', 'sealed');
SELECT results_eq($$ SELECT tenant_id, mail_id, kind, to_address, to_name, language, facts - 'report', secret_sealed, attempts, created_at, business, zone, zone_offset FROM kf.work_mails(10, 60, false) $$,
    $$ VALUES (t.id(100), t.id(1), 'verify', 'ana@example.test', 'Ana Pérez', 'es', '{"minutes":60}'::jsonb, 'sealed', 0,
               '2026-06-01 12:00Z'::timestamptz, 'Tenant 1', 'America/Bogota', -18000) $$, 'handed out with what it tells');
SELECT is_empty('SELECT * FROM kf.work_mails(10, 60, false)', 'to one worker');
SELECT t.clock('2026-06-01 12:00:59Z');
SELECT is_empty('SELECT * FROM kf.work_mails(10, 60, false)', 'while the lease lasts');
SELECT is(t.refusal('SELECT kf.mail_resend(t.id(100), t.id(1))'), 'KF409', 'and not sent anew meanwhile');
SELECT t.clock('2026-06-01 12:01:00Z');
SELECT isnt_empty('SELECT * FROM kf.work_mails(10, 60, false)', 'to another when it ends: a lost worker loses nothing');
SELECT is((SELECT state FROM kf.mail_result(t.id(100), t.id(1), 'sent', NULL, 0)), 'sent', 'sent');
SELECT is(pg_temp.look(1, 1), 'sent 1  -', 'without its secret');
SELECT is((SELECT state FROM kf.mail_result(t.id(100), t.id(1), 'failed', 'late', 0)), 'sent', 'a late failure of a lost worker changes nothing');
SELECT is(t.refusal('SELECT kf.mail_resend(t.id(100), t.id(1))'), 'KF409', 'its link cannot be sent again');
SELECT is(t.refusal('SELECT * FROM kf.mail_result(t.id(100), t.id(99), ''sent'', NULL, 0)'), 'KF404', 'a mail that is not there');
SELECT is(t.refusal('SELECT * FROM kf.mail_result(t.id(200), t.id(1), ''sent'', NULL, 0)'), 'KF404', 'nor of another tenant');
SELECT is(t.refusal('SELECT kf.mail_resend(t.id(200), t.id(1))'), 'KF404', 'which cannot resend it either');

-- Ten attempts within a day, then dead.
SELECT t.clock('2026-06-02 12:00Z');
SELECT pg_temp.put(1, 2, 'reset', 'sealed2');
SELECT is(pg_temp.failed(2), 'due 00:00:30', 'the first try fails');
SELECT is(pg_temp.look(1, 2), 'due 1 sealed2 451 later', 'the secret stays for the next');
SELECT is(pg_temp.step(2, '30 seconds'), 'nothing due, due 00:02:00', '30 s later, not before');
SELECT is(pg_temp.step(2, '2 minutes'), 'nothing due, due 00:08:00', '2 min');
SELECT is(pg_temp.step(2, '8 minutes'), 'nothing due, due 00:20:00', '8 min');
SELECT is(pg_temp.step(2, '20 minutes'), 'nothing due, due 01:00:00', '20 min');
SELECT is(pg_temp.step(2, '1 hour'), 'nothing due, due 02:00:00', '1 h');
SELECT is(pg_temp.step(2, '2 hours'), 'nothing due, due 04:00:00', '2 h');
SELECT is(pg_temp.step(2, '4 hours'), 'nothing due, due 06:00:00', '4 h');
SELECT is(pg_temp.step(2, '6 hours'), 'nothing due, due 10:00:00', '6 h');
SELECT is(split_part(pg_temp.step(2, '10 hours'), ' ', 3), 'dead', '10 h, then dead');
SELECT cmp_ok(kf.now(), '<', '2026-06-03 12:00Z'::timestamptz, 'within a day');
SELECT is(pg_temp.look(1, 2), 'dead 10  451 later', 'and its secret is gone');

-- The last answer and the jitter.
SELECT pg_temp.put(1, 3, 'invite', 'sealed3'), pg_temp.put(1, 4, 'new_sign_in', NULL);
SELECT isnt_empty('SELECT * FROM kf.work_mails(10, 60, false)', 'two more');
SELECT is((SELECT state FROM kf.mail_result(t.id(100), t.id(3), 'refused', '550 nobody here', 0)), 'dead', 'refused for good is dead at once');
SELECT is(pg_temp.look(1, 3), 'dead 1  550 nobody here', 'without its secret');
SELECT is((SELECT next_attempt_at - kf.now() FROM kf.mail_result(t.id(100), t.id(4), 'failed', NULL, 999999)), '24 seconds', 'a fifth sooner at the most');
SELECT kf.clock_shift(24);
SELECT is(pg_temp.failed(4, -5), 'due 00:02:00', 'never later');
SELECT is(t.refusal('SELECT kf.mail_resend(t.id(100), t.id(4))'), 'ok', 'the operator sends it now');
SELECT is(pg_temp.look(1, 4), 'due 0  451 later', 'with its tries from their start');
SELECT is((SELECT count(*) FROM kf.work_mails(10, 60, false)), 1::bigint, 'at once');
SELECT is((SELECT state FROM kf.mail_result(t.id(100), t.id(4), 'sent', NULL, 0)), 'sent', 'sent');
SELECT is(t.refusal('SELECT kf.mail_resend(t.id(100), t.id(4))'), 'ok', 'what has no link can be sent twice');
SELECT kf.mail_result(t.id(100), t.id(4), 'sent', NULL, 0);

-- Not sent for a day: a mail with a link is given up, a notice is not.
SELECT pg_temp.put(1, 5, 'verify', 'sealed5'), pg_temp.put(2, 6, 'password_changed', NULL);
SELECT results_eq('SELECT due, untried, dead FROM kf.mails_waiting()', 'VALUES (2, 2, 2)', 'what waits, of all tenants');
SELECT kf.clock_shift(86399);
SELECT set_config('kf.tenant', t.id(100)::text, true);
UPDATE kf.mail SET next_attempt_at = kf.now() + interval '1 second' WHERE tenant_id = t.id(100) AND mail_id = t.id(5);
SELECT bag_eq('SELECT mail_id FROM kf.work_mails(10, 60, false)', 'VALUES (t.id(6))', 'the notice');
SELECT kf.clock_shift(1);
SELECT is_empty('SELECT * FROM kf.work_mails(10, 60, false)', 'the link leads nowhere any more');
SELECT is(pg_temp.look(1, 5), 'dead 0  it could not be sent within a day', 'and is given up');
SELECT is((SELECT state FROM kf.mail_result(t.id(200), t.id(6), 'sent', NULL, 0)), 'sent', 'another tenant''s');

-- For the operator.
SELECT results_eq($$ SELECT doc->>'kind' FROM kf.mail_list(t.id(100), 'dead', 10, NULL) $$, $$ VALUES ('verify'), ('invite'), ('reset') $$, 'newest first');
SELECT results_eq($$ SELECT doc->>'kind' FROM kf.mail_list(t.id(100), NULL, 2, t.id(5)) $$, $$ VALUES ('new_sign_in'), ('invite') $$, 'page by page');
SELECT is((SELECT string_agg(k, ' ' ORDER BY k) FROM kf.mail_list(t.id(100), NULL, 1, NULL) l, jsonb_object_keys(l.doc) k),
    'attempts created_at id kind language last_error next_attempt_at sent_at state to', 'without facts or secret');
SELECT is((SELECT count(*) FROM kf.mail_list(t.id(200), NULL, 10, NULL)), 1::bigint, 'of one tenant only');

-- A mail kind of another release is left to that release's workers. Workers of this version state the kinds that they
-- know; those of version 7 or 6 do not.
CREATE FUNCTION pg_temp.put_any(p_n int, p_kind text, p_secret text) RETURNS void LANGUAGE sql AS $$
    SELECT set_config('kf.tenant', t.id(200)::text, true);
    INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, language, secret_sealed, useful_until, next_attempt_at, created_at)
    VALUES (t.id(200), t.id(p_n), p_kind, 'ana@example.test', 'es', p_secret, kf.now() + interval '1 hour', kf.now(), kf.now());
$$;
SELECT pg_temp.put_any(20, 'of_tomorrow', 'sealed20'), pg_temp.put_any(21, 'of_tomorrow', NULL), pg_temp.put_any(22, 'callback_failing', NULL);
SELECT is_empty('SELECT * FROM kf.work_mails(10, 60)', 'version 6 knows the mails of accounts');
SELECT is_empty($$ SELECT * FROM kf.work_mails(10, 60, false, '{verify}') $$, 'nothing else is asked for');
SELECT results_eq('SELECT mail_id FROM kf.work_mails(10, 60, false)', 'VALUES (t.id(22))', 'version 7 knows this one');
SELECT kf.clock_shift(90000);
SELECT is_empty($$ SELECT * FROM kf.work_mails(10, 60, false, '{verify}') UNION ALL SELECT * FROM kf.work_mails(10, 60) $$, 'a day later');
SELECT is(pg_temp.look(2, 20) || ', ' || pg_temp.look(2, 21), 'due 0 sealed20 -, due 0  -', 'as they were written');
SELECT is_empty($$ SELECT * FROM kf.work_mails(10, 60, false, '{of_tomorrow}') $$, 'who knows them');
SELECT is(pg_temp.look(2, 20) || ', ' || pg_temp.look(2, 21), 'dead 0  it could not be sent within a day, skipped 0  -', 'finds them too late');

-- All dead mails are resent.
SELECT pg_temp.put(2, 24, 'new_sign_in', NULL), pg_temp.put(1, 25, 'password_changed', NULL), pg_temp.put_any(26, 'channel_test', NULL);
SELECT count(*) FROM kf.work_mails(10, 60, false);
SELECT kf.mail_result(t.id(n / 10 * 100), t.id(m), 'refused', '550 no', 0) FROM (VALUES (20, 24), (10, 25), (20, 26)) v (n, m);
SELECT is(kf.mails_resend_dead(t.id(100), 7), 1, 'of one business: links are gone');
SELECT is(pg_temp.look(1, 25), 'due 0  550 no', 'with its tries from their start');
SELECT is(kf.mails_resend_dead(NULL, 1), 1, 'of all, not those of days before, no test');
SELECT is(pg_temp.look(2, 24) || ', ' || pg_temp.look(2, 20), 'due 0  550 no, dead 0  it could not be sent within a day', 'that one');
SELECT is(kf.mails_resend_dead(NULL, 7), 1, 'the other');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
