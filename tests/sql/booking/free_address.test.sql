-- An address has one free booking until its reader confirms it by a click.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
-- A visitor holds a slot (p_service 2: free) and books it, at a server whose operator has a mail server.
CREATE FUNCTION pg_temp.book(p_n int, p_claim int, p_email text, p_mail boolean DEFAULT true, p_service int DEFAULT 2) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM t.hold(p_n, p_claim, date_trunc('day', kf.now(), 'UTC') + interval '1 day 13 hours' + (p_claim % 1000) * interval '15 minutes', p_service);
    RETURN t.refusal(format('SELECT * FROM kf.booking_start(%L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, NULL, NULL, %L)',
        t.id(p_n * 100), t.id(p_claim), t.id(p_claim), t.id(p_claim), t.hash('token ' || p_claim), 'Ana', p_email, '', '', 'es', NULL, p_mail));
END $$;
CREATE FUNCTION pg_temp.ask(p_n int, p_email text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('kf.tenant', t.id(p_n * 100)::text, true), kf.free_address_ask(t.id(p_n * 100), p_email, 'Ana', 'es');
    RETURN (SELECT count(*) FROM kf.mail m WHERE m.kind = 'confirm_address' AND m.to_address = p_email);
END $$;
CREATE FUNCTION pg_temp.out(p_kinds text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_agg(w.facts) FROM kf.work_mails(1000, 60, false, p_kinds::text[]) w $$;
CREATE FUNCTION pg_temp.click(p_token text, p_confirm boolean) RETURNS text LANGUAGE sql AS $$
    SELECT doc->>'address' || ' ' || (doc->>'confirmed') FROM kf.free_address_confirm(p_token, p_confirm) $$;

-- The attack: free bookings for another person's address, in several spellings and at several businesses.
SELECT is(pg_temp.book(1, 1001, 'vic.tima@gmail.com'), 'ok', 'the first one');
SELECT is(pg_temp.book(1, 1002, 'vic.tima@gmail.com'), 'KF434 customer.email', 'a second one');
SELECT is(pg_temp.book(1, 1003, 'Victima+3@GoogleMail.com'), 'KF434 customer.email', 'under another spelling');
SELECT is(pg_temp.book(2, 2001, 'victima@gmail.com'), 'KF434 customer.email', 'at another business');
SELECT is(t.status(1, 1002), NULL, 'nothing is booked');
-- Bookings that need no confirmation.
SELECT is((SELECT count(*) FROM generate_series(1004, 1011) n WHERE pg_temp.book(1, n, 'paciente' || n || '@example.test') = 'ok'),
    8::bigint, 'a receptionist books for one customer after the other');
SELECT is(pg_temp.book(2, 2002, 'vic.tima@gmail.com', true, 1), 'ok', 'what is paid needs no click');
SELECT is(pg_temp.book(2, 2004, 'vic.tima@gmail.com', NULL), 'ok', 'servers of another release do not know of it');
SELECT is(pg_temp.book(2, 2005, 'vic.tima@gmail.com', false), 'ok', 'nor is it asked where nobody can send the mail');
SELECT lives_ok($$ SELECT kf.booking_add(t.id(200), t.id(2900), jsonb_build_object('service', t.id(202), 'professional', t.id(211),
    'start', '2026-06-02T20:00:00Z', 'customer', '{"name":"Ana","email":"vic.tima@gmail.com"}'::jsonb)) $$, 'the business itself books for anybody');
-- The hold is still valid: it can be booked once the address is confirmed.
SELECT is(pg_temp.ask(1, 'vic.tima@gmail.com'), 1::bigint, 'a mail');
SELECT is(pg_temp.ask(1, 'vic.tima@gmail.com'), 1::bigint, 'not two in a moment');
SELECT is(pg_temp.ask(1, 'otra@example.test'), 0::bigint, 'none to whom nothing was booked for');
SELECT is(pg_temp.out('{booking_confirmed}')->0->'confirm', NULL, 'a worker that does not know it leaves it');
CREATE TEMP TABLE link AS SELECT f->>'confirm' AS token FROM jsonb_array_elements(pg_temp.out('{confirm_address}')) f;
SELECT is((SELECT count(*) FROM link WHERE token ~ '^[0-9a-f]{96}$'), 1::bigint, 'it goes out with a link');
SELECT is((SELECT pg_temp.click(token, false) FROM link), 'vic.tima@gmail.com false', 'to look at');
SELECT is(t.refusal(format('SELECT * FROM kf.booking_start(%L, %L, %L, %L, %L, ''Ana'', ''vic.tima@gmail.com'', '''', '''', ''es'', NULL, NULL, NULL, true)',
    t.id(100), t.id(1002), t.id(1002), t.id(1002), t.hash('token 1002'))), 'KF434 customer.email', 'which changes nothing');
SELECT is(pg_temp.click(repeat('0', 96), true), NULL, 'no link without our signature');
SELECT is((SELECT pg_temp.click(kf.mail_report_token(left(token, 32)::uuid, substr(token, 33, 32)::uuid), true) FROM link), NULL, 'nor that of a report');
SELECT is((SELECT pg_temp.click(token, true) FROM link), 'vic.tima@gmail.com true', 'the click');
SELECT is((SELECT pg_temp.click(token, true) FROM link), 'vic.tima@gmail.com true', 'twice is once');
SELECT is(t.refusal(format('SELECT * FROM kf.booking_start(%L, %L, %L, %L, %L, ''Ana'', ''vic.tima@gmail.com'', '''', '''', ''es'', NULL, NULL, NULL, true)',
    t.id(100), t.id(1002), t.id(1002), t.id(1002), t.hash('token 1002'))), 'ok', 'the held time is booked');
SELECT is(pg_temp.book(2, 2006, 'victima@gmail.com'), 'ok', 'and more, anywhere');
SELECT is(pg_temp.ask(1, 'vic.tima@gmail.com'), 1::bigint, 'nobody is asked again');
SELECT throws_ok('SELECT * FROM kf.free_address', '42501', NULL, 'the application does not see them');

-- A business can read mails that its own server sends: a click there confirms the address for that business alone.
SELECT kf.mail_channel_put(t.id(100), NULL, '{"kind":"resend","from_address":"citas@one.example"}', 'key')->>'version';
SELECT is(pg_temp.book(1, 1021, 'ajena@example.test'), 'ok', 'a first one');
SELECT is(pg_temp.ask(1, 'ajena@example.test'), 1::bigint, 'a mail');
CREATE TEMP TABLE own AS SELECT f->>'confirm' AS token FROM jsonb_array_elements(pg_temp.out('{confirm_address}')) f;
SELECT is((SELECT pg_temp.click(token, true) FROM own), 'ajena@example.test true', 'read by the business');
SELECT is(pg_temp.book(1, 1022, 'ajena@example.test'), 'ok', 'good there');
SELECT is(pg_temp.book(2, 2021, 'ajena@example.test'), 'KF434 customer.email', 'not elsewhere');
SELECT kf.mail_channel_remove(t.id(100));
SELECT is(pg_temp.book(1, 1023, 'ajena@example.test'), 'KF434 customer.email', 'nor there, once its mails go by the operator''s server');
SELECT is((SELECT pg_temp.click(token, true) FROM own), 'ajena@example.test true', 'nor by another click when its mails go by the operator''s server');
SELECT is(pg_temp.book(2, 2022, 'ajena@example.test'), 'KF434 customer.email', 'as before');
-- Such mails do not prevent the confirmation at other businesses, however many a visitor causes.
SAVEPOINT own;
SELECT kf.mail_channel_put(t.id(100), NULL, '{"kind":"resend","from_address":"citas@one.example"}', 'key')->>'version';
SELECT pg_temp.book(1, 1031, 'acosada@example.test');
CREATE TEMP TABLE gone (confirm text UNIQUE);
CREATE FUNCTION pg_temp.ask_and_send(p_n int) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kf.clock_shift(301);
    PERFORM pg_temp.ask(p_n, 'acosada@example.test');
    INSERT INTO gone SELECT w.facts->>'confirm' FROM kf.work_mails(1000, 7200, false, '{confirm_address}') w
    WHERE w.to_address = 'acosada@example.test' ON CONFLICT DO NOTHING;
    RETURN (SELECT count(*) FROM gone);
END $$;
SELECT is((SELECT array_agg(pg_temp.ask_and_send(1)) FROM generate_series(1, 5)), '{1,2,3,3,3}', 'three an hour by the business''s server');
SELECT is(pg_temp.ask_and_send(2), 4::bigint, 'one more by the operator''s at once');
SELECT t.clock('2026-07-01 13:00Z');
SELECT is(pg_temp.book(2, 2031, 'acosada@example.test'), 'ok', 'a month later the first booking is one anywhere');
ROLLBACK TO own;
-- A used link does not reveal whose address is confirmed.
SELECT kf.link_change(t.id(200), t.id(221), NULL, '{"max_uses":9}')->>'max_uses';
SELECT pg_temp.book(2, 2030, 'agota@example.test');
SAVEPOINT open;
RESET ROLE;
UPDATE kf.booking_link SET max_uses = uses + 1 WHERE link_id = t.id(221);
SET ROLE konfirmado_app;
SELECT t.hold(2, 2031 + n, '2026-06-02 21:00Z'::timestamptz + n * interval '15 minutes', 2) FROM generate_series(0, 2) n;
CREATE FUNCTION pg_temp.last(p_claim int, p_email text) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT * FROM kf.booking_start(%L, %L, %L, %L, %L, %L, %L, %L, %L, %L, NULL, NULL, NULL, true)',
        t.id(200), t.id(p_claim), t.id(p_claim), t.id(p_claim), t.hash('token ' || p_claim), 'Ana', p_email, '', '', 'es')) $$;
SELECT is(pg_temp.last(2031, 'ultima@example.test'), 'ok', 'the last use');
SELECT is(pg_temp.last(2032, 'agota@example.test'), 'KF411', 'an address that is known');
SELECT is(pg_temp.last(2033, 'nueva@example.test'), 'KF411', 'one that is not');
ROLLBACK TO open;

-- A link is valid for a day, a first booking counts for a month, a click for a year.
SELECT pg_temp.book(1, 1012, 'tarde@example.test');
SELECT is(pg_temp.ask(1, 'tarde@example.test'), 1::bigint, 'another one is asked');
RESET ROLE;
SELECT kf.mail_count(t.id(100), kf.mail_subject('tarde@example.test'), false) FROM generate_series(1, 30);
SET ROLE konfirmado_app;
CREATE TEMP TABLE late AS SELECT f->>'confirm' AS token FROM jsonb_array_elements(pg_temp.out('{confirm_address}')) f;
SELECT is((SELECT count(*) FROM late WHERE token IS NOT NULL), 1::bigint, 'it goes out, however much was written to the address');
SELECT t.clock('2026-06-01 12:06Z');
SELECT is(pg_temp.ask(1, 'tarde@example.test'), 2::bigint, 'again after five minutes');
SELECT t.clock('2026-06-02 12:00Z');
SELECT is((SELECT pg_temp.click(token, true) FROM late), NULL, 'the next day it is too late');
SELECT is(pg_temp.book(1, 1101, 'tarde@example.test'), 'KF434 customer.email', 'still one');
SELECT t.clock('2026-07-01 12:00Z');
SELECT is(pg_temp.book(1, 1102, 'tarde@example.test'), 'ok', 'a month later a first one again');
SELECT is(pg_temp.book(1, 1103, 'tarde@example.test'), 'KF434 customer.email', 'one');
SELECT is(pg_temp.book(1, 1104, 'vic.tima@gmail.com'), 'ok', 'who confirmed is known');
SELECT t.clock('2027-06-01 12:00Z');
SELECT kf.told_sweep(1000);
RESET ROLE;
SELECT is((SELECT count(*) FROM kf.free_address), 0::bigint, 'nobody is remembered');
SELECT * FROM finish();
ROLLBACK;
