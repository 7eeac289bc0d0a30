-- A failing row does not stop the work on others.
BEGIN;
SELECT no_plan();
SET client_min_messages = error; -- each failure is a warning
CREATE FUNCTION pg_temp.fail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.booking_id = t.id(1001) AND current_setting('t.broken', true) = 'yes' THEN
        RAISE EXCEPTION 'this row is broken';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER broken BEFORE UPDATE ON kf.booking FOR EACH ROW EXECUTE FUNCTION pg_temp.fail();
CREATE TRIGGER broken BEFORE INSERT ON kf.mail FOR EACH ROW EXECUTE FUNCTION pg_temp.fail();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1);
CREATE FUNCTION pg_temp.states() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('kf.tenant', t.id(100)::text, true);
    RETURN (SELECT string_agg(b.status, ' ' ORDER BY b.slot_start) FROM kf.booking b);
END $$;

-- The sweep: not paid in time, the broken one first.
SELECT t.hold(1, 1001, '2026-06-03 13:00Z'), t.hold(1, 1002, '2026-06-03 14:00Z'), t.hold(1, 1003, '2026-06-03 15:00Z');
SELECT t.book(1, 1001), t.book(1, 1002);
SELECT t.clock('2026-06-01 12:40Z');
SET t.broken = 'yes';
SELECT results_eq('SELECT * FROM kf.work_sweep(100)', $$ VALUES (1, 1) $$, 'the others have ended');
SELECT is(pg_temp.states(), 'pending expired', 'the broken one is left');
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.hold(1, 1004, '2026-06-03 16:00Z');
SELECT t.book(1, 1004);
SELECT t.clock('2026-06-01 12:40Z');
SELECT results_eq('SELECT bookings FROM kf.work_sweep(1)', $$ VALUES (1) $$, 'with room for one, it is the one behind the broken one');
SELECT is(pg_temp.states(), 'pending expired expired', 'which has ended');
SET t.broken = 'no';
SELECT results_eq('SELECT * FROM kf.work_sweep(100)', $$ VALUES (0, 1) $$, 'and mended it ends');

-- Completed automatically.
SELECT t.reset();
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1);
SELECT t.hold(1, n, '2026-06-02 13:00Z'::timestamptz + (n - 1001) * interval '1 hour', 2) FROM generate_series(1001, 1003) n;
SELECT t.book(1, n) FROM generate_series(1001, 1003) n;
SET t.broken = 'yes';

-- Their reminders.
SELECT t.clock('2026-06-02 12:30Z');
SELECT results_eq('SELECT * FROM kf.work_reminders(100)', $$ VALUES (1, 2) $$, 'one behind the broken one is sent, two come too late');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT due_at FROM kf.reminder WHERE booking_id = t.id(1001) AND kind = 'reminder_1h' AND state = 'due'),
          kf.now() + interval '5 minutes', 'that is put off alone');
SET t.broken = 'no';
SELECT t.clock('2026-06-02 12:36Z');
SELECT results_eq('SELECT * FROM kf.work_reminders(100)', $$ VALUES (1, 0) $$, 'and sent when it can be');

SET t.broken = 'yes';
SELECT t.clock('2026-06-04 16:00Z');
SELECT kf.work_sweep(100);
SELECT is(pg_temp.states(), 'paid completed completed', 'completed but for the broken one');
SELECT * FROM finish();
ROLLBACK;
