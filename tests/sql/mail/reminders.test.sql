-- Reminders: planned, moved and dropped with the booking; one mail per booking, kind and start, and no obsolete one.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2, 'America/New_York');
-- Tenant p_t's booking p_n of a free service at p_start.
CREATE FUNCTION pg_temp.book(p_t int, p_n int, p_start timestamptz) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM t.hold(p_t, p_n, p_start, 2);
    PERFORM t.book(p_t, p_n);
    RETURN split_part(t.status(p_t, p_n), ' ', 1);
END $$;
-- The planned reminders of booking p_n: kind, time until, state.
CREATE FUNCTION pg_temp.plan(p_t int, p_n int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('kf.tenant', t.id(p_t * 100)::text, true);
    RETURN (SELECT string_agg(format('%s %s %s', r.kind, to_char(r.due_at AT TIME ZONE 'UTC', 'MM-DD HH24:MI'), r.state), ', '
                              ORDER BY r.starts_at, r.due_at)
            FROM kf.reminder r WHERE r.booking_id = t.id(p_n));
END $$;
-- The reminder mails about booking p_n, and their states.
CREATE FUNCTION pg_temp.mails(p_t int, p_n int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('kf.tenant', t.id(p_t * 100)::text, true);
    RETURN (SELECT string_agg(format('%s %s', m.kind, m.state), ', ' ORDER BY m.created_at, m.kind)
            FROM kf.mail m WHERE m.booking_id = t.id(p_n) AND m.kind LIKE 'reminder%');
END $$;
CREATE FUNCTION pg_temp.work() RETURNS text LANGUAGE sql AS $$ SELECT sent || ' ' || skipped FROM kf.work_reminders(100) $$;
CREATE FUNCTION pg_temp.shift(p_t int, p_n int, p_start timestamptz) RETURNS text LANGUAGE sql AS $$
    SELECT kf.booking_move_by(t.id(p_t * 100), t.id(p_n), NULL, jsonb_build_object('start', kf.iso(p_start), 'outside_hours', true), NULL)->>'start'
$$;

-- Planned, and not before their time.
SELECT is(pg_temp.book(1, 1001, '2026-06-03 14:00Z'), 'paid', 'a booking');
SELECT is(pg_temp.plan(1, 1001), 'reminder_24h 06-02 14:00 due, reminder_1h 06-03 13:00 due', 'a day and an hour before');
SELECT t.clock('2026-06-02 13:59:59Z');
SELECT is(pg_temp.work(), '0 0', 'not a second before');
SELECT t.clock('2026-06-02 14:00Z');
SELECT is(pg_temp.work(), '1 0', 'but then');
SELECT is(pg_temp.work(), '0 0', 'once');
SELECT is(pg_temp.mails(1, 1001), 'reminder_24h due', 'as a mail');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT results_eq($$ SELECT m.key, m.useful_until, m.to_address, m.facts->>'start' FROM kf.mail m WHERE m.kind = 'reminder_24h' $$,
    $$ VALUES ('reminder_24h/' || t.id(1001) || '/1780495200', '2026-06-03 12:00Z'::timestamptz, 'ana@example.test', '2026-06-03T09:00:00-05:00') $$,
          'with its key, of use until two hours before, in the customer''s time');
SELECT t.clock('2026-06-03 13:00Z');
SELECT is(pg_temp.work(), '1 0', 'an hour before');
SELECT is(pg_temp.mails(1, 1001), 'reminder_24h due, reminder_1h due', 'the other one');
SELECT t.clock('2026-06-03 14:00Z');
SELECT is(pg_temp.work(), '0 0', 'and no more');

-- Booked late: reminders that would be overdue are not planned.
SELECT t.clock('2026-06-08 12:00Z');
SELECT pg_temp.book(1, 1002, '2026-06-08 20:00Z');
SELECT is(pg_temp.plan(1, 1002), 'reminder_1h 06-08 19:00 due', 'less than a day before');
SELECT pg_temp.book(1, 1003, '2026-06-08 13:00Z');
SELECT is(pg_temp.plan(1, 1003), NULL, 'exactly an hour before');
SELECT pg_temp.book(1, 1004, '2026-06-09 13:00Z');
SELECT is(pg_temp.plan(1, 1004), 'reminder_24h 06-08 13:00 due, reminder_1h 06-09 12:00 due', 'more than a day');
SELECT t.hold(1, 1005, '2026-06-10 14:00Z'), t.book(1, 1005);
SELECT is(pg_temp.plan(1, 1005), NULL, 'nobody is reminded of what is not paid');
SELECT t.pay(1, 'tx 1005', t.ref(1005), 'APPROVED');
SELECT is(pg_temp.plan(1, 1005), 'reminder_24h 06-09 14:00 due, reminder_1h 06-10 13:00 due', 'but once it is');
SELECT kf.message_result(t.id(100), o.message_id, 200, 5, NULL, NULL, NULL, 0, 0) FROM kf.outbox o WHERE o.booking_id = t.id(1005);
SELECT is(t.status(1, 1005), 'confirmed approved', 'acknowledged');
SELECT is(pg_temp.plan(1, 1005), 'reminder_24h 06-09 14:00 due, reminder_1h 06-10 13:00 due', 'nothing is planned twice');

-- Cancelled a second before.
SELECT t.clock('2026-06-08 18:59:59Z');
SELECT kf.booking_cancel(t.id(100), t.id(1002), 'merchant', '');
SELECT is(pg_temp.plan(1, 1002), 'reminder_1h 06-08 19:00 dropped', 'dropped');
SELECT t.clock('2026-06-08 19:00Z');
SELECT is(pg_temp.work(), '1 0', 'another''s goes out');
SELECT is(concat_ws(' | ', coalesce(pg_temp.mails(1, 1002), 'none'), pg_temp.mails(1, 1004)), 'none | reminder_24h due', 'and not this one');
-- Cancelled while its mail waits to be sent.
SELECT kf.booking_cancel(t.id(100), t.id(1004), 'customer', '');
SELECT is((SELECT count(*) FROM kf.work_mails(100, 60, false) w WHERE w.kind LIKE 'reminder%'), 0::bigint, 'nobody gets it to send');
SELECT is(pg_temp.mails(1, 1004), 'reminder_24h skipped', 'it is skipped');

-- Moved.
SELECT is(pg_temp.shift(1, 1005, '2026-06-12 14:00Z'), '2026-06-12T09:00:00-05:00', 'two days later');
SELECT is(pg_temp.plan(1, 1005), 'reminder_24h 06-09 14:00 dropped, reminder_1h 06-10 13:00 dropped, '
          'reminder_24h 06-11 14:00 due, reminder_1h 06-12 13:00 due', 'planned anew');
SELECT pg_temp.shift(1, 1005, '2026-06-10 14:00Z');
SELECT is(pg_temp.plan(1, 1005), 'reminder_24h 06-09 14:00 due, reminder_1h 06-10 13:00 due, '
          'reminder_24h 06-11 14:00 dropped, reminder_1h 06-12 13:00 dropped', 'and back');
SELECT t.clock('2026-06-09 14:00Z');
SELECT is(pg_temp.work(), '1 0', 'the reminder of a day');
SELECT pg_temp.shift(1, 1005, '2026-06-12 14:00Z');
SELECT is((SELECT count(*) FROM kf.work_mails(100, 60, false) w WHERE w.kind LIKE 'reminder%'), 0::bigint, 'that of the old time is not sent');
SELECT is(pg_temp.mails(1, 1005), 'reminder_24h skipped', 'but skipped');
SELECT pg_temp.shift(1, 1005, '2026-06-10 14:00Z');
SELECT is(pg_temp.work(), '0 0', 'back once more: one that went out does not go out again');
SELECT t.clock('2026-06-10 13:00Z');
SELECT is(pg_temp.work(), '1 0', 'the one of an hour does');
SELECT is(pg_temp.mails(1, 1005), 'reminder_24h skipped, reminder_1h due', 'it was dropped, and came back');

-- Only the professional changes: a due reminder stays due.
SELECT t.clock('2026-06-11 12:00Z'), pg_temp.work();
SELECT pg_temp.book(1, 1006, '2026-06-13 14:00Z');
SELECT t.clock('2026-06-12 14:30Z');
SELECT kf.booking_move_by(t.id(100), t.id(1006), NULL, jsonb_build_object('start', '2026-06-13T14:00:00Z', 'professional', t.id(112)), NULL)->>'start';
SELECT is(pg_temp.work(), '1 0', 'and goes out');
SELECT is((SELECT m.facts->>'professional' FROM kf.mail m WHERE m.booking_id = t.id(1006) AND m.kind = 'reminder_24h'), 'Professional 2', 'with the new name');

-- Too late to be useful: two hours before the start for the day-before one, ten minutes for the hour-before one.
SELECT t.clock('2026-06-15 12:00Z'), pg_temp.work();
SELECT pg_temp.book(1, 1011, '2026-06-17 14:00Z'), pg_temp.book(1, 1012, '2026-06-17 14:15Z'), pg_temp.book(1, 1013, '2026-06-17 14:30Z');
SELECT t.clock('2026-06-17 12:00Z');
SELECT is(pg_temp.work(), '2 1', 'from two hours before on, the reminder of a day is of no use');
SELECT is(concat_ws(' | ', coalesce(pg_temp.mails(1, 1011), 'none'), pg_temp.mails(1, 1012)), 'none | reminder_24h due', 'a quarter of an hour earlier it still was');
SELECT is(pg_temp.plan(1, 1011), 'reminder_24h 06-16 14:00 skipped, reminder_1h 06-17 13:00 due', 'skipped');
SELECT t.clock('2026-06-17 13:50Z');
SELECT is(pg_temp.work(), '2 1', 'the reminder of an hour from ten minutes before on');
SELECT is(pg_temp.mails(1, 1011), NULL, 'not one went out');
SELECT is(pg_temp.mails(1, 1012), 'reminder_24h due, reminder_1h due', 'here both');
SELECT t.clock('2026-06-18 14:00Z'), pg_temp.work();
SELECT pg_temp.book(1, 1014, '2026-06-22 14:00Z');
SELECT t.clock('2026-06-22 11:59:59Z');
SELECT is(pg_temp.work(), '1 0', 'a second before two hours before it is of use');
SELECT is((SELECT count(*) FROM kf.work_mails(100, 60, false) w WHERE w.booking_id = t.id(1014) AND w.kind LIKE 'reminder%'), 1::bigint, 'also to who sends it');
SELECT t.clock('2026-06-22 12:01Z');
SELECT is((SELECT count(*) FROM kf.work_mails(100, 60, false) w WHERE w.booking_id = t.id(1014) AND w.kind LIKE 'reminder%'), 0::bigint, 'a minute later, tried again, it is not');
SELECT is(pg_temp.mails(1, 1014), 'reminder_24h skipped', 'skipped');

-- The worker was stopped for three hours: useful reminders are sent, useless ones are not.
SELECT t.clock('2026-06-23 12:00Z'), pg_temp.work();
SELECT pg_temp.book(1, 1021, '2026-06-25 14:00Z'), pg_temp.book(1, 1022, '2026-06-24 16:00Z'), pg_temp.book(1, 1023, '2026-06-24 20:00Z');
SELECT t.clock('2026-06-24 17:00Z');
SELECT is(pg_temp.work(), '2 2', 'three hours after the first was due');
SELECT is(concat_ws(' | ', pg_temp.mails(1, 1021), coalesce(pg_temp.mails(1, 1022), 'none'), pg_temp.mails(1, 1023)), 'reminder_24h due | none | reminder_24h due',
          'tomorrow and this afternoon, but not what has been');

-- The customer's own setting, and the merchant's.
SELECT t.clock('2026-07-01 12:00Z'), pg_temp.work();
SELECT pg_temp.book(1, 1031, '2026-07-03 14:00Z'), pg_temp.book(1, 1032, '2026-07-03 14:15Z');
SELECT kf.visit_mint(t.id(100), t.id(1031), 'view', t.hash('view 1031'), NULL);
SELECT kf.visit_reminders(t.id(100), t.hash('view 1031'), false);
SELECT is(pg_temp.plan(1, 1031), 'reminder_24h 07-02 14:00 dropped, reminder_1h 07-03 13:00 dropped', 'the customer wants none');
SELECT kf.visit_reminders(t.id(100), t.hash('view 1031'), true);
SELECT is(pg_temp.plan(1, 1031), 'reminder_24h 07-02 14:00 due, reminder_1h 07-03 13:00 due', 'or rather both');
SELECT t.clock('2026-07-02 14:00Z');
SELECT is(pg_temp.work(), '1 0', 'one goes out');
SELECT kf.visit_reminders(t.id(100), t.hash('view 1031'), false);
SELECT is((SELECT count(*) FROM kf.work_mails(100, 60, false) w WHERE w.kind LIKE 'reminder%' AND w.booking_id = t.id(1031)), 0::bigint, 'not any more');
SELECT is(pg_temp.mails(1, 1031), 'reminder_24h skipped', 'the customer turned them off');
SELECT kf.rules_change(t.id(100), NULL, '{"mails":{"reminder_24h":false}}');
SELECT t.clock('2026-07-02 14:15Z');
SELECT is(pg_temp.work(), '0 1', 'the merchant does not send this kind');
SELECT t.clock('2026-07-03 13:15Z');
SELECT is(pg_temp.work(), '1 0', 'but the other');
SELECT is(pg_temp.mails(1, 1032), 'reminder_1h due', 'which goes out');

-- Over a clock change, a day before means 24 hours of elapsed time.
SELECT t.clock('2026-10-25 12:00Z'), pg_temp.work();
SELECT pg_temp.book(2, 2001, '2026-11-01 15:00Z'), pg_temp.book(2, 2002, '2026-11-02 15:00Z');
SELECT is(pg_temp.plan(2, 2001), 'reminder_24h 10-31 15:00 due, reminder_1h 11-01 14:00 due', 'New York falls back in between: 11:00 the day before, for 10:00');
SELECT t.clock('2026-10-31 15:00Z');
SELECT is(pg_temp.work(), '1 0', 'then');
SELECT set_config('kf.tenant', t.id(200)::text, true);
SELECT is((SELECT concat_ws(' ', m.facts->>'start_there', m.facts->>'start', m.facts->>'zones_differ') FROM kf.mail m WHERE m.booking_id = t.id(2001) AND m.kind = 'reminder_24h'),
          '2026-11-01T10:00:00-05:00 2026-11-01T10:00:00-05:00 false', 'with the time after the change, where both clocks agree');
SELECT t.clock('2027-03-08 12:00Z'), pg_temp.work();
SELECT pg_temp.book(2, 2003, '2027-03-14 15:00Z');
SELECT is(pg_temp.plan(2, 2003), 'reminder_24h 03-13 15:00 due, reminder_1h 03-14 14:00 due', 'and springs forward: 10:00 the day before, for 11:00');
SELECT t.clock('2027-03-13 15:00Z');
SELECT is(pg_temp.work(), '1 0', 'then');
SELECT is((SELECT concat_ws(' ', m.facts->>'start_there', m.facts->>'start', m.facts->>'zones_differ') FROM kf.mail m WHERE m.booking_id = t.id(2003) AND m.kind = 'reminder_24h'),
          '2027-03-14T11:00:00-04:00 2027-03-14T10:00:00-05:00 true', 'now they differ');

-- An address that is not allowed in a mail stops nothing.
SELECT t.clock('2027-04-01 12:00Z'), pg_temp.work();
SELECT pg_temp.book(2, 2011, '2027-04-03 15:00Z'), pg_temp.book(2, 2012, '2027-04-03 15:15Z');
SELECT set_config('kf.tenant', t.id(200)::text, true);
UPDATE kf.booking SET customer_email = E'ana@example.test\nBcc: x@evil.test' WHERE booking_id = t.id(2011);
SELECT t.clock('2027-04-02 15:30Z');
SELECT is(pg_temp.work(), '1 1', 'the other one goes out');

-- Old rows are deleted. A row that prevents a second reminder stays until then.
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT ok(EXISTS (SELECT FROM kf.reminder r WHERE r.starts_at < kf.now() - interval '7 days'), 'old ones');
SELECT kf.work_sweep(100);
SELECT is((SELECT count(*) FROM kf.reminder r WHERE r.starts_at < kf.now() - interval '7 days'), 0::bigint, 'are swept');
SELECT set_config('kf.tenant', t.id(200)::text, true);
SELECT is(pg_temp.plan(2, 2012), 'reminder_24h 04-02 15:15 sent, reminder_1h 04-03 14:15 due', 'others not');
SELECT * FROM finish();
ROLLBACK;
