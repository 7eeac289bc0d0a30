-- Limits of a new business: what it may send, the texts of its mails, and what stops them.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
CREATE FUNCTION pg_temp.at(p_n int) RETURNS void LANGUAGE sql AS $$ SELECT set_config('kf.tenant', t.id(p_n * 100)::text, true) $$;
-- p_count invitations to invented addresses, numbered from p_from.
CREATE FUNCTION pg_temp.write(p_n int, p_from int, p_count int, p_host text DEFAULT 'stranger.example') RETURNS void LANGUAGE sql AS $$
    SELECT kf.mail_put(t.id(p_n * 100), gen_random_uuid(), 'calendar_invite', 'w' || i || '@' || p_host, '', 'es',
                       '{"professional":"Ana"}', 'sealed') FROM generate_series(p_from, p_from + p_count - 1) i
$$;
-- The number of a business's mails that can be sent now.
CREATE FUNCTION pg_temp.out(p_n int) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT count(*) FROM kf.work_mails(1000, 60, false) w WHERE w.tenant_id = t.id(p_n * 100));
END $$;
CREATE FUNCTION pg_temp.trust(p_n int, p jsonb) RETURNS jsonb LANGUAGE sql AS $$ SELECT kf.tenant_standing(t.id(p_n * 100), p) $$;

-- A business registers. The operator's own businesses are trusted.
SELECT kf.staff_register(t.id(300), t.id(351), '{"business":"Nuevo","email":"nuevo@dueno.example","language":"es","password_hash":"x"}',
    t.hash('verify 3'), t.id(361), 'sealed', '{"ip":"192.0.2.7","request_id":"r"}');
SELECT is((SELECT doc->>'standing' FROM kf.tenant_list() WHERE tenant_id = t.id(300)), 'new', 'who registers is new');
SELECT is((SELECT doc->>'standing' FROM kf.tenant_list() WHERE tenant_id = t.id(100)), 'trusted', 'who was set up by the operator is trusted');
SELECT is(pg_temp.out(3), 1::bigint, 'its first link goes out');

-- The attack: 297 mails in 20 seconds.
SELECT pg_temp.write(3, 1, 297);
SELECT is(pg_temp.out(3), 24::bigint, 'as many new addresses as a new business may write to');
SELECT is(pg_temp.out(3), 0::bigint, 'and no more');
SELECT pg_temp.write(1, 1000, 297);
SELECT is(pg_temp.out(1), 297::bigint, 'one that is trusted is not held up beside it');
SELECT pg_temp.at(3);
SELECT is((SELECT count(DISTINCT last_error) || ' ' || min(last_error) || ' ' || min(next_attempt_at AT TIME ZONE 'UTC') FROM kf.mail
           WHERE tenant_id = t.id(300) AND state = 'due'), '1 it waits: recipients 2026-06-02 00:00:00', 'the rest waits for tomorrow');
-- A little more on the next day.
SELECT t.clock('2026-06-02 12:00Z');
SELECT kf.work_mails(1, 60, false) FROM generate_series(1, 2);
SELECT pg_temp.write(3, 2000, 297);
SELECT is(pg_temp.out(3), 30::bigint, 'it grows with its age');
-- The operator's quotas and trust.
SELECT is(t.refusal($$ SELECT pg_temp.trust(3, '{"quotas":{"mals":1}}') $$), 'KF422 mals', 'no such quota');
SELECT is(t.refusal($$ SELECT pg_temp.trust(3, '{"quotas":{"mails":-1}}') $$), 'KF422 mails', 'no number');
SELECT is(pg_temp.trust(3, '{"quotas":{"recipients":40,"mails":100}}')->'quota'->>'recipients', '40', 'the operator raises one');
SELECT is(pg_temp.out(3), 10::bigint, 'and what waited goes out');
SELECT is(pg_temp.trust(3, '{"quotas":{"recipients":1000,"mails":50}}')->'quota'->>'mails', '50', 'another number');
SELECT is(pg_temp.out(3), 10::bigint, 'the mails of the day');
SELECT is(pg_temp.trust(3, '{"quotas":null}')->'quota'->>'mails', '70', 'none of the operator''s');
SELECT is(pg_temp.trust(3, '{"trusted":true}')->>'standing', 'trusted', 'its word');
SELECT cmp_ok(pg_temp.out(3), '>', 200::bigint, 'lets all of them go');
SELECT is(pg_temp.trust(3, '{"trusted":false}')->>'standing', 'new', 'and may be taken back');

-- The waiting list uses at most half of a day's new recipients: the other half is for bookings.
SAVEPOINT half;
SELECT pg_temp.trust(3, jsonb_build_object('quotas', jsonb_build_object('mails', 100000, 'recipients',
    (SELECT 2 * d.recipients FROM kf.mail_day d WHERE d.tenant_id = t.id(300) AND d.day = (kf.now() AT TIME ZONE 'UTC')::date))));
RESET ROLE;
SELECT results_eq($$ SELECT k, kf.mail_pass(jsonb_populate_record(m, jsonb_build_object('kind', k, 'to_address', k || '@new.example')))
    FROM unnest(ARRAY['waiting_confirm', 'waiting_joined']) k, (SELECT x FROM kf.mail x WHERE x.tenant_id = t.id(300) LIMIT 1) y(m) $$,
    $$ VALUES ('waiting_confirm', 'recipients'), ('waiting_joined', NULL) $$, 'at half of them no more are asked to confirm, others are told');
ROLLBACK TO half;

-- One address, from any business, in any spelling.
SELECT pg_temp.write(1, 7, 6, 'gmail.com');
SELECT kf.mail_put(t.id(200), gen_random_uuid(), 'calendar_invite', a, '', 'es', '{}', 'sealed')
FROM unnest(ARRAY['V.ictima+a@gmail.com', 'victima@googlemail.com', 'vic.tima@GMAIL.com']) a, generate_series(1, 5);
SELECT kf.mail_put(t.id(100), gen_random_uuid(), 'calendar_invite', 'victima@gmail.com', '', 'es', '{}', 'sealed');
SELECT is((SELECT count(*) FROM kf.work_mails(1000, 60, false) w WHERE w.to_address ~* 'v.*tima'), 10::bigint, 'ten mails in an hour');
SELECT t.clock('2026-06-02 13:00Z');
SELECT is((SELECT count(*) FROM kf.work_mails(1000, 60, false) w WHERE w.to_address ~* 'v.*tima' AND w.attempts = 0), 16::bigint - 6, 'the next hour as many') ;
SELECT is(encode(kf.mail_subject('a.b+c@gmail.com'), 'hex'), encode(kf.mail_subject('AB@googlemail.com'), 'hex'), 'one person');
SELECT isnt(kf.mail_subject(a), NULL, 'whatever the address: ' || a) FROM unnest(ARRAY['ana', '@', '', 'a@', '@b', 'a@@b']) a;
SELECT isnt(encode(kf.mail_subject('a.b@example.com'), 'hex'), encode(kf.mail_subject('ab@example.com'), 'hex'), 'two persons');

-- Its own texts.
SELECT is(kf.mail_told('{"note":"a","instructions":"b","map_url":"c","reason":"d","notes":"e","place":"Calle 1 # 2-3","service":"S"}', false),
          '{"place":"Calle 1 # 2-3","service":"S"}', 'the plain facts');
SELECT is(kf.mail_told('{"place":"mira en premio.example"}', false), '{}', 'no address of the net');
SELECT is(kf.mail_told('{"note":"a"}', true), '{"note":"a"}', 'all of it of a business that is trusted');

-- Bounces stop a business, and the operator releases it.
SELECT t.clock('2026-06-10 12:00Z');
SELECT pg_temp.write(3, 5000, 12);
SELECT count(*) FROM kf.work_mails(1000, 60, false);
SELECT pg_temp.at(3);
SELECT kf.mail_result(t.id(300), m.mail_id, 'refused', '550 nobody', 0) FROM (SELECT mail_id FROM kf.mail WHERE to_address ~ '^w50..@' AND state = 'sending' ORDER BY mail_id LIMIT 9) m;
SELECT is((SELECT doc->>'mail_stopped_why' FROM kf.tenant_list() WHERE tenant_id = t.id(300)), NULL, 'nine that came back');
SELECT kf.mail_result(t.id(300), m.mail_id, 'refused', '550 nobody', 0) FROM (SELECT mail_id FROM kf.mail WHERE to_address ~ '^w50..@' AND state = 'sending' LIMIT 1) m;
SELECT is((SELECT doc->>'mail_stopped_why' FROM kf.tenant_list() WHERE tenant_id = t.id(300)), 'bounces', 'the tenth stops its mails');
SELECT is((SELECT doc->'troubles'->>'mails_stopped' FROM kf.tenant_page('{"trouble":true,"limit":10}') WHERE doc->>'subdomain' = 'nuevo'), '1', 'the operator sees it');
SELECT is((SELECT n FROM kf.metrics_read() WHERE family = 'standing' AND label = 'mails_stopped'), 1::bigint, 'in the metrics too');
SELECT pg_temp.write(3, 6000, 1);
SELECT is(pg_temp.out(3), 0::bigint, 'none goes out');
SELECT is(pg_temp.trust(3, '{"mails":true}')->'week'->>'bounces', '10', 'the operator lets them go on');
SELECT is(pg_temp.out(3), 1::bigint, 'and they do');

SELECT kf.clock_shift(1);

-- Reports: by a signed link, one each.
CREATE FUNCTION pg_temp.report(p_like text, p_report boolean DEFAULT true, p_network bigint DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.at(3);
    RETURN (SELECT r.doc->>'reported' FROM kf.mail m, kf.mail_report(kf.mail_report_token(m.tenant_id, m.mail_id), p_report, p_network) r
            WHERE m.tenant_id = t.id(300) AND m.to_address = p_like);
END $$;
SELECT is(pg_temp.report('w5001@stranger.example', false), 'false', 'looking reports nothing');
SAVEPOINT one;
SELECT pg_temp.report(format('w500%s@stranger.example', n), true, 7) FROM generate_series(1, 6) n;
SELECT is((SELECT doc->>'mail_stopped_why' FROM kf.tenant_list() WHERE tenant_id = t.id(300)), NULL, 'six reports of one network are one');
SELECT pg_temp.report(format('w500%s@stranger.example', n), true, 8) FROM generate_series(7, 8) n;
SELECT is((SELECT doc->>'mail_stopped_why' FROM kf.tenant_list() WHERE tenant_id = t.id(300)), NULL, 'with one of another they are two');
SELECT pg_temp.report('w5009@stranger.example', true, 9);
SELECT is((SELECT doc->>'mail_stopped_why' FROM kf.tenant_list() WHERE tenant_id = t.id(300)), 'reports', 'three stop its mails');
ROLLBACK TO one;
-- A business can read all links in its mails if its own server sends them. It can revoke nobody's report with them.
SELECT pg_temp.report(format('w500%s@stranger.example', n), true, 7) FROM generate_series(1, 9) n;
SELECT is(pg_temp.report('w5001@stranger.example', false, 8), 'false', 'its reader may still report it');
SELECT is(pg_temp.report(format('w500%s@stranger.example', n), true, 7 + n), 'true', 'and does') FROM generate_series(1, 2) n;
SELECT is((SELECT doc->>'mail_stopped_why' FROM kf.tenant_list() WHERE tenant_id = t.id(300)), 'reports', 'which counts');
SELECT is((SELECT doc->'week'->>'reports' FROM kf.tenant_list() WHERE tenant_id = t.id(300)), '9', 'each mail is counted once');
ROLLBACK TO one;
SELECT is(pg_temp.report('w5001@stranger.example'), 'true', 'a report') FROM generate_series(1, 3);
SELECT pg_temp.report('w5002@stranger.example');
SELECT is((SELECT doc->'week'->>'reports' FROM kf.tenant_list() WHERE tenant_id = t.id(300)), '2', 'each mail once');
SELECT is_empty($$ SELECT * FROM kf.mail_report(repeat('0', 96), true, NULL) $$, 'no link without our signature');
SELECT is_empty($$ SELECT * FROM kf.mail_report('x', true, NULL) $$, 'nor another text');
SELECT pg_temp.report('w5003@stranger.example');
SELECT is((SELECT doc->>'mail_stopped_why' FROM kf.tenant_list() WHERE tenant_id = t.id(300)), 'reports', 'three people stop its mails');

-- A paid booking: with test keys it changes nothing, with production keys it releases the business's own texts.
SELECT t.clock('2026-06-20 12:00Z');
SELECT pg_temp.trust(2, '{"trusted":false,"quotas":{"mails":0}}');
SELECT t.hold(2, 2001, '2026-06-22 15:00Z'), t.book(2, 2001), t.pay(2, 'tx1', t.ref(2001), 'APPROVED');
SELECT is((SELECT count(*) FROM kf.work_mails(100, 60, false) w WHERE w.booking_id = t.id(2001) AND w.to_address !~ 'owner'), 0::bigint, 'a booking that test keys paid');
SELECT is((SELECT doc->>'standing' FROM kf.tenant_list() WHERE tenant_id = t.id(200)), 'new', 'earns nothing');
SELECT kf.payment_account_put(t.id(200), 'wompi', 'production', 'pub_prod_2', 'sealed-private', 'sealed-integrity', 'sealed-events', 'hook-of-tenant-in-production');
SELECT t.hold(2, 2002, '2026-06-22 16:00Z'), t.book(2, 2002), t.pay(2, 'tx2', t.ref(2002), 'APPROVED');
SELECT is((SELECT doc->>'standing' FROM kf.tenant_list() WHERE tenant_id = t.id(200)), 'paid', 'one that was paid with real money does');
SELECT is((SELECT string_agg(w.kind, ' ') FROM kf.work_mails(100, 60, false) w WHERE w.booking_id = t.id(2002)), 'booking_confirmed', 'and its confirmation is never held back');

-- Quotas that are counted from rows.
SELECT pg_temp.trust(1, '{"quotas":{"messages":2,"exports":1}}');
SELECT is(t.refusal($$ SELECT kf.message_test(t.id(100)) $$), 'ok', 'a test') FROM generate_series(1, 2);
SELECT is(t.refusal($$ SELECT kf.message_test(t.id(100)) $$), 'KF424 messages', 'the third of two');
SELECT is(t.refusal($$ SELECT kf.bookings_export_start(t.id(100), '{}') $$), 'ok', 'an export');
SELECT is(t.refusal($$ SELECT kf.bookings_export_start(t.id(100), '{}') $$), 'KF424 exports', 'the second of one');
SELECT is(t.refusal($$ SELECT kf.bookings_export_start(t.id(200), '{}') $$), 'ok', 'another business has its own');
SELECT t.clock('2026-06-21 00:00Z');
SELECT is(t.refusal($$ SELECT kf.message_test(t.id(100)) $$), 'ok', 'a new day');

-- Old counters are deleted.
SELECT t.clock('2026-08-01 12:00Z');
SELECT kf.told_sweep(1000);
RESET ROLE;
SET ROLE konfirmado_directory;
SELECT is((SELECT count(*) FROM kf.mail_hour) + (SELECT count(*) FROM kf.mail_recipient) + (SELECT count(*) FROM kf.mail_day)
          + (SELECT count(*) FROM kf.mail_report), 0::bigint, 'nobody is remembered');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
