-- A booking with an event is moved: its own event does not block it, all others do, and the event follows the booking.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1);
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT t.calendar(1, 5000, p => '{"read":["cal-a"],"write":"cal-a"}');
CREATE FUNCTION pg_temp.start(p_n int, p_start timestamptz, p_who int DEFAULT 11) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM t.read(1, p_professional => p_who);
    PERFORM kf.hold_create(t.id(100), t.id(p_n), 'link001', t.id(101), t.id(100 + p_who), p_start, t.hash('token ' || p_n), 600, NULL, NULL, kf.now());
    PERFORM kf.booking_start(t.id(100), t.id(p_n), t.id(p_n), t.id(p_n), t.hash('token ' || p_n), 'Ana Pérez', 'ana@example.test', '+573001234567', '', 'es', NULL, kf.now());
    RETURN t.pay(1, 'tx' || p_n, t.ref(p_n), 'APPROVED');
END
$$;
CREATE FUNCTION pg_temp.events(p_n int) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', x.n, right(x.connection_id::text, 4), x.wanted || '@' || x.wanted_version, '(' || coalesce(x.written_version::text, '') || ')', x.state), ', ' ORDER BY x.n)
    FROM kf.calendar_event x WHERE x.booking_id = t.id(p_n) $$;
CREATE FUNCTION pg_temp.written(p_n int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    w record;
BEGIN
    FOR w IN SELECT * FROM kf.work_calendar_events(10, 30) LOOP
        PERFORM kf.calendar_event_done(t.id(100), w.booking_id, w.n, w.wanted_version, NULL);
    END LOOP;
    PERFORM set_config('kf.tenant', t.id(100)::text, true);
END
$$;
-- The result of a move; it is rolled back.
CREATE FUNCTION pg_temp.try(p_n int, p_start text, p_who int DEFAULT NULL, p_after text DEFAULT 'kf.now()') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v text;
BEGIN
    BEGIN
        v := t.refusal(format('SELECT kf.booking_move_by(t.id(100), t.id(%s), NULL, jsonb_strip_nulls(jsonb_build_object(''start'', %L, ''professional'', %L::text)), %s)', p_n, p_start, t.id(100 + p_who), p_after));
        RAISE EXCEPTION 'back' USING ERRCODE = 'KF999';
    EXCEPTION WHEN SQLSTATE 'KF999' THEN
        RETURN v;
    END;
END
$$;
CREATE FUNCTION pg_temp.busy(p_n int, p_who int DEFAULT 11) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(to_char(r.starts_at, 'HH24:MI') || '-' || to_char(r.ends_at, 'HH24:MI'), ' ' ORDER BY r.starts_at, r.ends_at)
    FROM kf.busy_read_except(t.id(100), ARRAY[t.id(100 + p_who)], '2026-06-02 13:00Z', '2026-06-02 23:00Z', t.id(p_n)) r WHERE r.no > 0 $$;
CREATE FUNCTION pg_temp.all_busy(p_who int DEFAULT 11) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(to_char(r.starts_at, 'HH24:MI') || '-' || to_char(r.ends_at, 'HH24:MI'), ' ' ORDER BY r.starts_at, r.ends_at)
    FROM kf.busy_read(t.id(100), ARRAY[t.id(100 + p_who)], '2026-06-02 13:00Z', '2026-06-02 23:00Z') r WHERE r.no > 0 $$;

SELECT is(pg_temp.start(1001, '2026-06-02 14:00Z'), 'applied', 'a booking');
SELECT pg_temp.written(1001);
SELECT is(pg_temp.events(1001), '1 5000 present@2 (2) done', 'with its event');
-- The calendar data: its own event, and dinner at 20:00.
SELECT t.clock('2026-06-01 12:00:10Z');
SELECT is(pg_temp.try(1001, '2026-06-02T14:15:00Z'), 'KF432 ' || t.id(111), 'the calendar must be read first');
SELECT t.read(1, '{["2026-06-02 14:00Z","2026-06-02 14:30Z"),["2026-06-02 20:00Z","2026-06-02 21:00Z")}');
SELECT is(pg_temp.try(1001, '2026-06-02T14:15:00Z'), 'ok', 'its own event is not in its way');
SELECT is(pg_temp.try(1001, '2026-06-02T20:15:00Z'), 'KF412 start', 'another one is');
SELECT is(pg_temp.try(1001, '2026-06-02T14:15:00Z', NULL, 'kf.now() + interval ''1 second'''), 'KF432 ' || t.id(111), 'by a reading that is new enough');
SELECT is(t.refusal($$SELECT kf.calendar_check(t.id(100), t.id(111), '2026-06-02 14:00Z', '2026-06-02 14:30Z', kf.now())$$), 'KF412 start', 'for everybody else it is taken');
SELECT is(t.refusal($$SELECT kf.calendar_check(t.id(100), t.id(111), '2026-06-02 14:00Z', '2026-06-02 14:30Z', kf.now(), t.id(1001))$$), 'ok', 'not for itself');
SELECT is(pg_temp.all_busy(), '14:00-14:30 14:00-14:30 20:00-21:00', 'what everybody sees');
SELECT is(pg_temp.busy(1001), '20:00-21:00', 'what a booking that moves sees');
SELECT is((SELECT (version = (SELECT catalog_version FROM kf.tenant), starts_at = kf.now(), unread)::text FROM kf.busy_read_except(t.id(100), '{}', kf.now(), kf.now(), t.id(1001))), '(t,t,f)', 'its first row');
SELECT is(pg_temp.busy(9999), '14:00-14:30 14:00-14:30 20:00-21:00', 'no booking: no exception');
-- Another entry at the same time, as far as it is known.
INSERT INTO kf.calendar_conflict (tenant_id, conflict_id, booking_id, connection_id, calendar_id, event_key, kind, starts_at, ends_at, seen_at)
VALUES (t.id(100), t.id(7001), t.id(1001), t.id(5000), 'cal-a', 'foreign', 'overlap', '2026-06-02 14:15Z', '2026-06-02 14:30Z', kf.now());
SELECT is(pg_temp.try(1001, '2026-06-02T14:15:00Z'), 'KF412 start', 'an appointment that overlaps its event is in its way');
SELECT is(pg_temp.busy(1001), '14:15-14:30 20:00-21:00', 'and seen');
SELECT is(pg_temp.try(1001, '2026-06-02T13:45:00Z'), 'ok', 'where it is not it may go');
-- An event that was never written frees nothing.
UPDATE kf.calendar_event SET written_version = NULL WHERE booking_id = t.id(1001);
SELECT is(pg_temp.try(1001, '2026-06-02T13:45:00Z'), 'KF412 start', 'what is there is not known to be its own');
UPDATE kf.calendar_event SET written_version = 2 WHERE booking_id = t.id(1001);

-- Without a calendar: only its own claim is ignored.
SELECT kf.hold_create(t.id(100), t.id(1002), 'link001', t.id(101), t.id(112), '2026-06-02 15:00Z', t.hash('token 1002'), 600, NULL, NULL, NULL);
SELECT is(pg_temp.busy(1001, 12) || ' / ' || pg_temp.all_busy(12), '15:00-15:30 / 15:00-15:30', 'of somebody without a calendar');

-- Moved: its conflict ends, the event is patched, once.
SELECT is((SELECT d->>'start' FROM kf.booking_move_by(t.id(100), t.id(1001), NULL, '{"start":"2026-06-02T13:45:00Z"}', kf.now()) d), '2026-06-02T08:45:00-05:00', 'moved');
SELECT is(pg_temp.events(1001), '1 5000 present@3 (2) due', 'the same event, patched');
SELECT is((SELECT string_agg(kind || coalesce(' ' || resolution, ''), ', ') FROM kf.calendar_conflict), 'overlap gone', 'what overlapped its old time is no matter any more');
SELECT results_eq($$ SELECT starts_at, ends_at, wanted_version FROM kf.work_calendar_events(1, 30) $$, $$ VALUES (timestamptz '2026-06-02 13:45Z', timestamptz '2026-06-02 14:15Z', 3) $$, 'with its new time');
SELECT set_config('kf.tenant', t.id(100)::text, true);
-- Moved again while it is written.
SELECT is((SELECT d->>'version' FROM kf.booking_move_by(t.id(100), t.id(1001), NULL, '{"start":"2026-06-02T14:45:00Z"}', kf.now()) d), '4', 'moved again meanwhile');
SELECT is(pg_temp.events(1001), '1 5000 present@4 (2) sending', 'the worker finishes');
SELECT kf.calendar_event_done(t.id(100), t.id(1001), 1, 3, NULL);
SELECT is(pg_temp.events(1001), '1 5000 present@4 (3) due', 'then the newer time is due');
SELECT pg_temp.written(1001);

-- To another professional: deleted there, created here, in one transaction.
SELECT t.calendar(1, 5100, 12, 'other', '{"read":["cal-a"],"write":"cal-a"}'), t.read(1, p_professional => 12);
SELECT is(pg_temp.try(1001, '2026-06-02T18:30:00Z', 12), 'ok', 'with a calendar of their own');
SELECT kf.booking_move_by(t.id(100), t.id(1001), NULL, jsonb_build_object('start', '2026-06-02T18:30:00Z', 'professional', t.id(112)), kf.now());
SELECT is(pg_temp.events(1001), '1 5000 absent@5 (4) due, 2 5100 present@5 () due', 'gone there, made here');
SELECT pg_temp.written(1001);
SELECT is(pg_temp.events(1001), '1 5000 absent@5 () done, 2 5100 present@5 (5) done', 'written');
SELECT is((kf.booking_doc(t.id(100), t.id(1001)))->'calendar'->>'wanted', 'present', 'shown');
SELECT is((SELECT string_agg(professional_name || ' ' || n, ', ') FROM (SELECT b.terms->>'professional_name' AS professional_name, x.n FROM kf.booking b JOIN kf.calendar_event x USING (tenant_id, booking_id) WHERE x.wanted = 'present') q), 'Professional 2 2', 'whose it is');
-- And back: a new event, the old one stays deleted.
CREATE TEMP TABLE old AS SELECT event_id FROM kf.calendar_event WHERE booking_id = t.id(1001) AND n = 1;
SELECT t.clock('2026-06-01 12:00:20Z');
SELECT t.read(1);
SELECT kf.booking_move_by(t.id(100), t.id(1001), NULL, jsonb_build_object('start', '2026-06-02T18:30:00Z', 'professional', t.id(111)), kf.now());
SELECT is(pg_temp.events(1001), '1 5000 present@6 () due, 2 5100 absent@6 (5) due', 'and back');
SELECT isnt((SELECT event_id FROM kf.calendar_event WHERE booking_id = t.id(1001) AND n = 1), (SELECT event_id FROM old), 'under another id: a deleted one is used up');
-- To a professional whose calendar cannot be read, or who has none.
SELECT kf.calendar_error(t.id(100), t.id(5100), 'revoked');
SELECT is(pg_temp.try(1001, '2026-06-02T19:30:00Z', 12), 'KF420 start', 'a calendar that cannot be read');
SELECT pg_temp.written(1001);
SELECT kf.calendar_disconnect(t.id(100), t.id(112));
SELECT is((SELECT d->>'version' FROM kf.booking_move_by(t.id(100), t.id(1001), NULL, jsonb_build_object('start', '2026-06-02T19:30:00Z', 'professional', t.id(112)), NULL) d), '7', 'somebody without a calendar');
SELECT is((SELECT string_agg(x.wanted, ' ' ORDER BY x.n) FROM kf.calendar_event x WHERE x.booking_id = t.id(1001)), 'absent absent', 'its event goes, none is made');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
