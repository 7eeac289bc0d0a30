-- Mails about bookings: recipients, times and contents, each once; obsolete ones are not sent.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2, 'America/Bogota', NULL);
SELECT set_config('kf.tenant', t.id(100)::text, true);
INSERT INTO kf.staff (tenant_id, staff_id, email, name, role, state, language, password_hash, created_at)
    VALUES (t.id(100), t.id(151), 'olga@one.example', 'Olga', 'owner', 'active', 'en', 'x', kf.now()),
           (t.id(100), t.id(152), 'off@one.example', 'Off', 'owner', 'disabled', 'es', NULL, kf.now()),
           (t.id(100), t.id(153), 'staff@one.example', 'Staff', 'staff', 'active', 'es', 'x', kf.now());
UPDATE kf.professional SET email = 'Pro@one.example' WHERE tenant_id = t.id(100) AND professional_id = t.id(111);
-- Mails of tenant 1 about booking p_n (null: all), by kind: "kind>to language".
CREATE FUNCTION pg_temp.mails(p_n int, p_kind text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('kf.tenant', t.id(100)::text, true);
    RETURN (SELECT string_agg(format('%s>%s %s', m.kind, split_part(m.to_address, '@', 1), m.language), ', ' ORDER BY m.kind, lower(m.to_address), m.created_at)
            FROM kf.mail m WHERE (p_n IS NULL OR m.booking_id = t.id(p_n)) AND (p_kind IS NULL OR m.kind = p_kind));
END $$;
CREATE FUNCTION pg_temp.fact(p_n int, p_kind text, p_facts text[]) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('kf.tenant', t.id(100)::text, true);
    RETURN (SELECT string_agg(coalesce(m.facts->>f.name, '-'), ' ' ORDER BY f.n)
            FROM (SELECT x.* FROM kf.mail x WHERE x.booking_id = t.id(p_n) AND x.kind = p_kind ORDER BY x.created_at DESC, x.facts ? 'for_calendar' DESC LIMIT 1) m,
                 unnest(p_facts) WITH ORDINALITY f(name, n));
END $$;
-- The mails about booking p_n that a worker gets to send.
CREATE FUNCTION pg_temp.sent(p_n int) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(w.kind, ' ' ORDER BY w.kind) FROM kf.work_mails(1000, 60, false) w WHERE w.booking_id = t.id(p_n)
$$;
CREATE FUNCTION pg_temp.states(p_n int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('kf.tenant', t.id(100)::text, true);
    RETURN (SELECT string_agg(m.kind || ' ' || m.state, ', ' ORDER BY m.kind, m.state) FROM kf.mail m WHERE m.booking_id = t.id(p_n));
END $$;
CREATE FUNCTION pg_temp.want(p text) RETURNS int LANGUAGE sql AS $$ SELECT (kf.rules_change(t.id(100), NULL, p::jsonb)->>'version')::int $$;
CREATE FUNCTION pg_temp.again(p_n int, p_kind text) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.booking_mail_again(t.id(100), t.id(%s), %L)', p_n, p_kind))
$$;

-- Confirmed.
SELECT t.hold(1, 1001, '2026-06-03 14:00Z'), t.book(1, 1001);
SELECT is(pg_temp.mails(1001), NULL, 'nobody hears of a booking that is not paid');
SELECT t.pay(1, 'tx 1001', t.ref(1001), 'APPROVED');
SELECT is(pg_temp.mails(1001), 'booking_confirmed>ana es, new_booking>olga en, new_booking>Pro es', 'the customer, the owner who can sign in, the professional');
SELECT is(pg_temp.fact(1001, 'booking_confirmed', '{start,utc_end,service,professional,paid_cents,price_cents,currency,status,version,sequence,zones_differ,for_calendar,note}'),
    '2026-06-03T09:00:00-05:00 2026-06-03T14:30:00Z Consulta Professional 1 3000000 12000000 COP paid 2 0 false - -', 'what it tells');
SELECT is(pg_temp.fact(1001, 'new_booking', '{customer,customer_email,customer_phone}'), 'Ana Pérez ana@example.test +573001234567', 'and them');
SELECT results_eq($$ SELECT key, useful_until FROM kf.mail WHERE booking_id = t.id(1001) ORDER BY 1 $$, $$ VALUES
    ('booking_confirmed/' || t.id(1001) || '/2', '2026-06-03 14:30Z'::timestamptz), ('new_booking/' || t.id(1001) || '/2/' || t.id(111), '2026-06-03 14:30Z'),
    ('new_booking/' || t.id(1001) || '/2/' || t.id(151), '2026-06-03 14:30Z') $$, 'each once, of use until it is over');
SELECT kf.message_result(t.id(100), o.message_id, 200, 5, NULL, NULL, NULL, 0, 0) FROM kf.outbox o WHERE o.booking_id = t.id(1001);
SELECT t.pay(1, 'tx 1001', t.ref(1001), 'APPROVED');
SELECT is(pg_temp.mails(1001), 'booking_confirmed>ana es, new_booking>olga en, new_booking>Pro es', 'acknowledged, told again: nothing more');
SELECT is((SELECT count(*) FROM kf.work_mails(10, 60, false) w WHERE w.booking_id = t.id(1001) AND w.booking_status = 'confirmed'
           AND w.needs_tokens = (w.kind = 'booking_confirmed') AND w.business = 'Tenant 1' AND w.channel_kind IS NULL), 3::bigint, 'to be sent');
-- The booking shows the mail's state.
SELECT kf.mail_result(t.id(100), m.mail_id, CASE m.kind WHEN 'booking_confirmed' THEN 'refused' ELSE 'sent' END, '550 no such user', 0, 'b-1@example.test')
    FROM kf.mail m WHERE m.booking_id = t.id(1001);
SELECT is((SELECT string_agg(concat_ws(' ', m->>'kind', m->>'to', m->>'state', m->>'sent_at', m->>'last_error'), ', ')
           FROM jsonb_array_elements(kf.booking_doc(t.id(100), t.id(1001))->'mails') m WHERE m->>'to' <> 'Pro@one.example'),
    'booking_confirmed ana@example.test dead 550 no such user, new_booking olga@one.example sent 2026-06-01T07:00:00-05:00', 'refused for good: it says why');
SELECT is((SELECT count(*) FROM kf.mail WHERE message_id = 'b-1@example.test'), 2::bigint, 'the name it went by');
SELECT is(kf.mail_trouble(t.id(100)) - ARRAY['held', 'most', 'recipients', 'until', 'stopped', 'plain'], '{"dead": 1, "oldest": null, "waiting": 0, "last_error": "550 no such user"}', 'and so does the dashboard');
SELECT is(pg_temp.again(1001, 'booking_confirmed'), 'ok', 'sent again');
SELECT is(pg_temp.states(1001), 'booking_confirmed dead, booking_confirmed due, new_booking sent, new_booking sent', 'as a mail of its own');
SELECT is(pg_temp.again(1001, 'booking_confirmed'), 'ok', 'asked twice');
SELECT is(pg_temp.states(1001), 'booking_confirmed dead, booking_confirmed due, new_booking sent, new_booking sent', 'is one');

-- A manual booking; a professional who is also the owner gets one mail.
UPDATE kf.professional SET email = 'OLGA@one.example' WHERE tenant_id = t.id(100) AND professional_id = t.id(112);
SELECT kf.booking_add(t.id(100), t.id(1002), jsonb_build_object('service', t.id(101), 'professional', t.id(112), 'start', '2026-06-03T15:00:00Z',
    'customer', '{"name":"Eva Ruiz","email":"eva@example.test"}'::jsonb, 'language', 'en'))->>'status';
SELECT is(pg_temp.mails(1002), 'booking_confirmed>eva en, new_booking>olga en', 'the same for one made by hand, to one address once');
SELECT is(pg_temp.fact(1002, 'new_booking', '{for_calendar}'), 'true', 'with an event for the calendar');

-- Merchants choose mails, and add their own texts.
SELECT pg_temp.want('{"mails":{"booking_confirmed":false,"booking_received":true},"mail_notes":{"booking_cancelled":{"es":"Vuelve pronto"}}}');
SELECT t.hold(1, 1003, '2026-06-03 16:00Z'), t.book(1, 1003);
SELECT is(pg_temp.mails(1003), 'booking_received>ana es', 'switched on');
SELECT is(pg_temp.fact(1003, 'booking_received', '{hold_expires_at,charge_cents,status}'), '2026-06-01T07:10:00-05:00 3000000 pending', 'with the time to pay in');
SELECT t.pay(1, 'tx 1003', t.ref(1003), 'APPROVED');
SELECT is(pg_temp.mails(1003), 'booking_received>ana es, new_booking>olga en, new_booking>Pro es', 'switched off');
SELECT is(pg_temp.sent(1003), 'new_booking new_booking', 'paid meanwhile: not asked to pay any more');
SELECT pg_temp.want('{"mails":{"booking_confirmed":true,"booking_received":false}}');

-- A failed payment: once, while the hold is valid.
SELECT t.hold(1, 1004, '2026-06-03 18:00Z'), t.book(1, 1004);
SELECT t.pay(1, 'tx 1004a', t.ref(1004), 'DECLINED');
SELECT is(pg_temp.mails(1004), 'payment_failed>ana es', 'told');
SELECT kf.booking_retry(t.id(100), t.id(1004), t.hash('token 1004'), t.id(9004));
SELECT t.pay(1, 'tx 1004b', t.ref(1004, 2), 'ERROR');
SELECT is(pg_temp.mails(1004), 'payment_failed>ana es', 'not for every card');
SELECT is(pg_temp.sent(1004), 'payment_failed', 'to be sent');
SELECT t.hold(1, 1005, '2026-06-03 18:30Z'), t.book(1, 1005), t.pay(1, 'tx 1005a', t.ref(1005), 'PENDING');
SELECT t.clock('2026-06-01 12:10Z');
SELECT t.pay(1, 'tx 1005a', t.ref(1005), 'DECLINED');
SELECT is(pg_temp.mails(1005), NULL, 'too late to pay again');
SELECT kf.clock_shift(60);
SELECT is(pg_temp.sent(1004), NULL, 'tried again after the end of the hold: of no use');
SELECT is(pg_temp.states(1004), 'payment_failed skipped', 'skipped');
SELECT kf.work_sweep(100);
SELECT is(t.status(1, 1004), 'failed declined', 'failed');
SELECT is(pg_temp.mails(1004), 'payment_failed>ana es', 'and nobody is told that');

-- Moved, by the merchant, quietly or not.
SELECT t.clock('2026-06-01 13:00Z');
SELECT t.hold(1, 1006, '2026-06-04 14:00Z', 2), t.book(1, 1006);
SELECT kf.booking_move_by(t.id(100), t.id(1006), NULL, '{"start":"2026-06-04T16:00:00Z","tell":false}', NULL)->>'start';
SELECT is(pg_temp.mails(1006), 'booking_confirmed>ana es, moved_booking>olga en, moved_booking>Pro es, new_booking>olga en, new_booking>Pro es', 'the customer hears nothing');
SELECT is(pg_temp.fact(1006, 'booking_confirmed', '{utc_start,start,sequence,old_start}'), '2026-06-04T16:00:00Z 2026-06-04T11:00:00-05:00 1 -', 'but what waits to be sent tells the time that is now so');
SELECT is(pg_temp.fact(1006, 'new_booking', '{utc_start,for_calendar}'), '2026-06-04T16:00:00Z true', 'this too');
SELECT is(pg_temp.fact(1006, 'moved_booking', '{utc_start,old_start,old_end,by}'), '2026-06-04T16:00:00Z 2026-06-04T09:00:00-05:00 2026-06-04T09:15:00-05:00 merchant', 'old and new time');
SELECT kf.booking_move_by(t.id(100), t.id(1006), NULL, jsonb_build_object('start', '2026-06-05T16:00:00Z', 'professional', t.id(112)), NULL)->>'start';
SELECT is(pg_temp.mails(1006, 'booking_moved'), 'booking_moved>ana es', 'now they do');
SELECT is(pg_temp.fact(1006, 'booking_moved', '{utc_start,old_start,sequence,professional,old_professional}'), '2026-06-05T16:00:00Z 2026-06-04T11:00:00-05:00 2 Professional 2 Professional 1', 'of the last move');
SELECT is((SELECT string_agg(m.to_address || ' ' || (m.facts->>'for_calendar'), ', ' ORDER BY 1) FROM kf.mail m
           WHERE m.booking_id = t.id(1006) AND m.kind = 'moved_booking' AND m.key LIKE '%/4/%'), 'Pro@one.example end, olga@one.example true', 'the professional who had it hears that it is gone');
SELECT is(pg_temp.again(1006, 'booking_moved'), 'ok', 'sent again');
SELECT is(pg_temp.mails(1006, 'booking_moved'), 'booking_moved>ana es', 'it waits still: at once instead');

-- Called off.
SELECT kf.booking_cancel_by(t.id(100), t.id(1006), NULL, '{"reason":"Enfermedad","tell":false}')->>'status';
SELECT is(pg_temp.mails(1006, 'booking_cancelled'), NULL, 'quietly');
SELECT is(pg_temp.mails(1006, 'cancelled_booking'), 'cancelled_booking>olga en', 'but not for the professional');
SELECT is(pg_temp.sent(1006), 'cancelled_booking', 'nothing else goes out any more');
SELECT is(pg_temp.states(1006), 'booking_confirmed skipped, booking_moved skipped, cancelled_booking sending, moved_booking skipped, moved_booking skipped, '
    'moved_booking skipped, moved_booking skipped, new_booking skipped, new_booking skipped', 'it was skipped');
SELECT kf.booking_cancel_by(t.id(100), t.id(1003), NULL, '{"reason":"Enfermedad"}')->>'status';
SELECT is(pg_temp.fact(1003, 'booking_cancelled', '{reason,by,paid_cents,refund_cents,refund_state,note,status}'), 'Enfermedad merchant 3000000 3000000 due Vuelve pronto cancelled', 'why, by whom, what goes back, and the merchant''s words');
SELECT is(pg_temp.mails(1003, 'cancelled_booking'), 'cancelled_booking>olga en, cancelled_booking>Pro es', 'them too');
SELECT t.hold(1, 1007, '2026-06-04 14:00Z'), t.book(1, 1007);
SELECT kf.booking_cancel(t.id(100), t.id(1007), 'merchant', '');
SELECT is(pg_temp.mails(1007), 'booking_cancelled>ana es', 'what was not paid yet the professional never heard of');

-- Refunds: a task for the owners, news for the customer.
CREATE FUNCTION pg_temp.refund(p_n int) RETURNS uuid LANGUAGE sql AS $$
    SELECT r.refund_id FROM kf.refund r JOIN kf.payment p USING (tenant_id, payment_id) WHERE p.booking_id = t.id(p_n) $$;
SELECT kf.refund_result(t.id(100), pg_temp.refund(1003), 'pending', NULL, NULL);
SELECT is(pg_temp.mails(1003, 'refund_task') || pg_temp.mails(1003, 'refund_done'), NULL, 'on its way');
SELECT kf.refund_result(t.id(100), pg_temp.refund(1003), 'manual', NULL, 'not possible there');
SELECT is(pg_temp.mails(1003, 'refund_task'), 'refund_task>olga en', 'by hand: to the owners alone');
SELECT is(pg_temp.fact(1003, 'refund_task', '{refund_cents,refund_state,reason,due_at}'), '3000000 manual not possible there 2026-06-03T08:00:00-05:00', 'how much, why, by when');
SELECT kf.refund_result(t.id(100), pg_temp.refund(1003), 'manual', NULL, 'not possible there');
SELECT is(pg_temp.mails(1003, 'refund_task'), 'refund_task>olga en', 'once');
SELECT kf.refund_done(t.id(100), pg_temp.refund(1003), '{}')->>'state';
SELECT is(pg_temp.mails(1003, 'refund_done'), 'refund_done>ana es', 'it has arrived');
SELECT is(pg_temp.fact(1003, 'refund_done', '{refund_cents,refund_state,status}'), '3000000 done cancelled', 'how much');
SELECT t.pay(1, (SELECT p.provider_tx_id FROM kf.payment p WHERE p.booking_id = t.id(1003)), t.ref(1003), 'VOIDED');
SELECT is((SELECT string_agg(m.facts->>'refund_state' || ' ' || (m.facts->>'refund_cents') || ' ' || m.to_address, ', ' ORDER BY m.created_at, m.facts->>'refund_state') FROM kf.mail m
    WHERE m.booking_id = t.id(1003) AND m.kind = 'refund_task'), 'manual 3000000 olga@one.example, twice 3000000 olga@one.example', 'given back once more by the provider: the owners hear of it');
SELECT t.pay(1, (SELECT p.provider_tx_id FROM kf.payment p WHERE p.booking_id = t.id(1003)), t.ref(1003), 'VOIDED');
SELECT is(pg_temp.mails(1003, 'refund_task'), 'refund_task>olga en, refund_task>olga en', 'once');
SELECT is(pg_temp.mails(1003, 'refund_done'), 'refund_done>ana es', 'and the customer no more than they had');
SELECT t.hold(1, 1008, '2026-06-04 15:00Z'), t.book(1, 1008), t.pay(1, 'tx 1008', t.ref(1008), 'APPROVED');
SELECT t.pay(1, 'tx 1008', t.ref(1008), 'VOIDED');
SELECT is(pg_temp.fact(1008, 'booking_cancelled', '{refund_cents,status}'), '3000000 cancelled', 'taken back by the provider itself');
SELECT kf.booking_cancel(t.id(100), t.id(1001), 'customer', '');
SELECT t.pay(1, 'tx 1001', t.ref(1001), 'VOIDED');
SELECT is(pg_temp.mails(1001, 'refund_done'), 'refund_done>ana es', 'done by the provider''s word');

-- The merchant's system does not accept messages.
SELECT is(pg_temp.mails(NULL, 'callback_failing'), NULL, 'one failure is no news');
SELECT kf.message_result(t.id(100), o.message_id, 410, 5, NULL, NULL, NULL, 0, 0) FROM kf.outbox o WHERE o.booking_id = t.id(1002);
SELECT is(pg_temp.mails(NULL, 'callback_failing'), 'callback_failing>olga en', 'for good: the owners hear of it');
SELECT is((SELECT concat_ws(' ', m.facts->>'url', m.facts->>'answer', m.facts->>'event', m.facts->>'disabled') FROM kf.mail m WHERE m.kind = 'callback_failing'),
    'https://merchant.example/hook 410 booking.paid true', 'what was answered');
SELECT kf.message_result(t.id(100), o.message_id, 410, 5, NULL, NULL, NULL, 0, 0) FROM kf.outbox o WHERE o.booking_id = t.id(1008);
SELECT is(pg_temp.mails(NULL, 'callback_failing'), 'callback_failing>olga en', 'once a day');
SELECT kf.clock_shift(86400);
SELECT kf.message_result(t.id(100), o.message_id, 410, 5, NULL, NULL, NULL, 0, 0) FROM kf.outbox o WHERE o.booking_id = t.id(1007);
SELECT is(pg_temp.mails(NULL, 'callback_failing'), 'callback_failing>olga en, callback_failing>olga en', 'and the next day');

-- Characters that are not allowed in mail headers are removed, and stop nothing.
SELECT t.clock('2026-06-02 12:00Z');
SELECT t.hold(1, 1010, '2026-06-04 14:00Z', 2);
SELECT is((SELECT b.status FROM kf.booking_start(t.id(100), t.id(1010), t.id(1010), t.id(1010), t.hash('token 1010'), E'Ana\r\nBcc: x', E'ana@example.test\r\nBcc: x@evil.test', '', '', 'es', 'America/Bogota') b),
    'paid', 'booked');
SELECT is(pg_temp.mails(1010), 'new_booking>olga en, new_booking>Pro es', 'no mail to what is no address');
SELECT is(pg_temp.again(1010, 'booking_confirmed'), 'KF409', 'nor by hand');
SELECT t.hold(1, 1011, '2026-06-04 14:15Z', 2);
SELECT FROM kf.booking_start(t.id(100), t.id(1011), t.id(1011), t.id(1011), t.hash('token 1011'), E'Ana\r\nBcc: x', 'ana@example.test', '', '', 'es', 'America/Bogota');
SELECT is((SELECT to_name FROM kf.mail WHERE booking_id = t.id(1011) AND kind = 'booking_confirmed'), 'Ana  Bcc: x', 'a name is one line');

-- Resent: allowed if the mail fits the booking's state.
SELECT is((SELECT string_agg(k.kind, ' ' ORDER BY k.kind) FROM kf.mail_kinds() k WHERE pg_temp.again(1011, k.kind) = 'ok'), 'booking_confirmed reminder_1h reminder_24h', 'confirmed');
SELECT is((SELECT string_agg(k.kind, ' ' ORDER BY k.kind) FROM kf.mail_kinds() k WHERE pg_temp.again(1003, k.kind) = 'ok'), 'booking_cancelled refund_done', 'cancelled, and paid back');
SELECT is((SELECT string_agg(k.kind, ' ' ORDER BY k.kind) FROM kf.mail_kinds() k WHERE pg_temp.again(1004, k.kind) = 'ok'), NULL, 'failed');
SELECT is((SELECT string_agg(DISTINCT pg_temp.again(1004, k.kind), ', ') FROM kf.mail_kinds() k WHERE k.audience = 'customer' AND k.kind NOT LIKE 'waiting%'), 'KF409', 'a conflict');
SELECT is((SELECT string_agg(DISTINCT pg_temp.again(1004, k.kind), ', ') FROM kf.mail_kinds() k WHERE k.audience <> 'customer' OR k.kind LIKE 'waiting%'), 'KF422 kind', 'kinds that are not the customer''s');
SELECT is(pg_temp.again(9999, 'booking_confirmed'), 'ok', 'no such booking');
SELECT is(kf.booking_mail_again(t.id(200), t.id(1011), 'booking_confirmed'), NULL, 'nor of another business');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT count(*) FROM kf.mail WHERE booking_id = t.id(1011) AND kind LIKE 'reminder%' AND useful_until = '2026-06-04 14:15Z'), 2::bigint, 'a reminder sent by hand is of use until the start');

-- A business without a mail server does not accumulate mails: obsolete ones are removed.
SELECT t.clock('2026-06-10 12:00Z');
SELECT cmp_ok((SELECT count(*) FROM kf.mail m WHERE m.state IN ('due', 'sending')), '>', 10::bigint, 'what waits');
SELECT kf.work_sweep(1000);
SELECT is((SELECT string_agg(DISTINCT m.kind, ' ') FROM kf.mail m WHERE m.state IN ('due', 'sending')), NULL, 'nothing does');
SELECT is((SELECT count(*) FROM kf.mail m WHERE m.state NOT IN ('skipped', 'sent', 'dead')), 0::bigint, 'skipped');

-- Own mail servers.
SELECT t.clock('2026-07-01 12:00Z');
SELECT kf.mail_channel_put(t.id(200), NULL, '{"kind":"smtp","host":"mail.two.example","port":587,"username":"u","from_address":"citas@two.example","from_name":"Dos"}', 'sealed')->>'version';
SELECT t.hold(1, 1020, '2026-07-03 14:00Z', 2), t.book(1, 1020), t.hold(2, 2020, '2026-07-03 14:00Z', 2), t.book(2, 2020);
SELECT results_eq($$ SELECT tenant_id, kind, channel_kind, channel_host, channel_port, channel_security, channel_username, channel_secret_sealed, channel_from_name, channel_from_address
    FROM kf.work_mails(10, 60, true) $$, $$ VALUES (t.id(200), 'booking_confirmed', 'smtp', 'mail.two.example', 587, 'starttls', 'u', 'sealed', 'Dos', 'citas@two.example') $$,
    'where the operator has none, only those go out');
SELECT kf.mail_channel_remove(t.id(200));
SELECT is((SELECT count(*) FROM kf.work_mails(10, 60, true)), 0::bigint, 'nobody has one');
SELECT is((SELECT count(*) FROM kf.work_mails(10, 60, false) w WHERE w.channel_kind IS NULL), 3::bigint, 'the others by the operator''s');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT kf.mail_result(t.id(100), m.mail_id, 'failed', '421 not now', 0) FROM kf.mail m WHERE m.booking_id = t.id(1020);
SELECT is((SELECT count(*) FROM kf.work_mails(10, 60, false)), 0::bigint, 'which does not take them');
SELECT kf.mail_channel_put(t.id(100), NULL, '{"kind":"resend","from_address":"citas@one.example"}', 'key')->>'version';
SELECT is((SELECT count(*) FROM kf.work_mails(10, 60, false) w WHERE w.channel_kind = 'resend'), 3::bigint, 'a server of their own is tried at once');

-- A mail with a link does not wait behind mails about bookings.
SELECT t.clock('2026-07-01 13:00Z');
SELECT t.hold(1, 1021, '2026-07-03 16:00Z', 2), t.book(1, 1021), kf.clock_shift(60);
SELECT kf.mail_put(t.id(200), t.id(2901), 'verify', 'ana@example.test', 'Ana', 'es', '{}', 'sealed'), kf.clock_shift(1);
SELECT is((SELECT string_agg(w.kind, ' ') FROM kf.work_mails(1, 60, false) w), 'verify', 'the link first');
SELECT cmp_ok((SELECT count(*) FROM kf.work_mails(2, 60, false) w WHERE w.booking_id IS NOT NULL), '=', 2::bigint, 'then the others, as many as there is room for');
SELECT * FROM finish();
ROLLBACK;
