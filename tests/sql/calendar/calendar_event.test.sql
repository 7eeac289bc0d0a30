-- Bookings as events: planned at every change, written by a worker despite any interruptions, one event per booking in
-- all cases.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1);
SELECT set_config('kf.tenant', t.id(100)::text, true);
CREATE FUNCTION pg_temp.start(p_n int, p_start timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM t.read(1);
    PERFORM kf.hold_create(t.id(100), t.id(p_n), 'link001', t.id(101), t.id(111), p_start, t.hash('token ' || p_n), 600, NULL, NULL, kf.now());
    PERFORM kf.booking_start(t.id(100), t.id(p_n), t.id(p_n), t.id(p_n), t.hash('token ' || p_n), 'Ana Pérez', 'ana@example.test', '+573001234567', 'alergia', 'es', NULL, kf.now());
END
$$;
CREATE FUNCTION pg_temp.pay(p_n int) RETURNS text LANGUAGE sql AS $$ SELECT t.pay(1, 'tx' || p_n, t.ref(p_n), 'APPROVED') $$;
-- Every event of a booking: n calendar wanted@version (written version) state
CREATE FUNCTION pg_temp.events(p_n int) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', x.n, x.calendar_id, x.wanted || '@' || x.wanted_version, '(' || coalesce(x.written_version::text, '') || ')', x.state), ', ' ORDER BY x.n)
    FROM kf.calendar_event x WHERE x.booking_id = t.id(p_n) $$;
-- The work of a worker: booking n wanted@version (written). 1001 is omitted, because it is always there.
CREATE FUNCTION pg_temp.work() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v text := (SELECT string_agg(concat_ws(' ', right(w.booking_id::text, 4), w.n, w.wanted || '@' || w.wanted_version, '(' || coalesce(w.written_version::text, '') || ')'), ', '
                                 ORDER BY w.booking_id, w.n) FILTER (WHERE w.booking_id <> t.id(1001)) FROM kf.work_calendar_events(10, 30) w);
BEGIN
    PERFORM set_config('kf.tenant', t.id(100)::text, true);
    RETURN v;
END
$$;
CREATE FUNCTION pg_temp.done(p_booking int, p_n int, p_version int, p_url text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT kf.calendar_event_done(t.id(100), t.id(p_booking), p_n, p_version, p_url); SELECT pg_temp.events(p_booking) $$;
CREATE FUNCTION pg_temp.failed(p_booking int, p_n int, p_verdict text, p_retry int DEFAULT 0) RETURNS text LANGUAGE sql AS $$
    SELECT kf.calendar_event_failed(t.id(100), t.id(p_booking), p_n, p_verdict, 'said no', p_retry, 0); SELECT pg_temp.events(p_booking) $$;

-- Without a calendar, or without one to write to, nothing is planned.
SELECT pg_temp.start(1001, '2026-06-02 13:00Z'), pg_temp.pay(1001);
SELECT is(pg_temp.events(1001), NULL, 'no calendar, no event');
SELECT is(kf.booking_doc(t.id(100), t.id(1001))->'calendar', 'null', 'nor one shown');
SELECT pg_temp.start(1002, '2026-06-02 14:00Z');
SELECT t.calendar(1, 5000, p => '{"read":["cal-a"]}');
SELECT is(pg_temp.pay(1002) || coalesce(pg_temp.events(1002), ''), 'applied', 'a calendar that is only read gets none');
SELECT pg_temp.start(1003, '2026-06-03 13:00Z');
SELECT kf.calendar_change(t.id(100), t.id(111), NULL, '{"write":"cal-a","meeting":true}');
SELECT is(pg_temp.events(1001) || ' / ' || pg_temp.events(1002), '1 cal-a present@2 () due / 1 cal-a present@2 () due', 'chosen to write to: bookings to come are planned');
SELECT is(pg_temp.events(1003), NULL, 'what is not paid is not');
SELECT kf.calendar_change(t.id(100), t.id(111), NULL, '{"meeting":false}');

-- Written.
SELECT results_eq($$ SELECT w.tenant_id, w.booking_id, w.n, w.connection_id, w.calendar_id, w.wanted, w.wanted_version, w.written_version, w.attempts, w.provider,
        w.refresh_token_sealed, w.meeting, w.guest, w.summary, w.starts_at, w.ends_at, w.zone, w.language, w.business, w.service_name, w.professional_name,
        w.customer_name, w.customer_email, w.customer_phone, w.notes, w.booking_status, w.now FROM kf.work_calendar_events(1, 30) w $$,
    $$ VALUES (t.id(100), t.id(1001), 1, t.id(5000), 'cal-a', 'present', 2, NULL::int, 0, 'google', 'sealed-refresh', false, false, '',
        timestamptz '2026-06-02 13:00Z', timestamptz '2026-06-02 13:30Z', 'America/Bogota', 'es', 'Tenant 1', 'Consulta', 'Professional 1',
        'Ana Pérez', 'ana@example.test', '+573001234567', 'alergia', 'paid', timestamptz '2026-06-01 12:00Z') $$, 'all that an event tells');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT isnt(pg_temp.work(), NULL, 'the other one');
SELECT is(pg_temp.work(), NULL, 'none twice');
SELECT is(pg_temp.done(1001, 1, 2, 'https://meet.example/abc'), '1 cal-a present@2 (2) done', 'written');
SELECT is(kf.booking_doc(t.id(100), t.id(1001))->'calendar', '{"wanted":"present","state":"done","error":null,"meeting_url":"https://meet.example/abc"}'::jsonb, 'shown');
SELECT is(pg_temp.done(1001, 1, 1), '1 cal-a present@2 (2) done', 'a late word of it changes nothing');
-- The other worker died: its lease expires, the same event is returned again.
CREATE TEMP TABLE id AS SELECT event_id FROM kf.calendar_event WHERE booking_id = t.id(1002);
SELECT t.clock('2026-06-01 12:00:30Z');
SELECT is(pg_temp.work(), '1002 1 present@2 ()', 'a lease that ended');
SELECT is((SELECT event_id FROM kf.calendar_event WHERE booking_id = t.id(1002)), (SELECT event_id FROM id), 'under the same id');

-- Changed while it is written: the worker finishes, then writes the change.
SELECT kf.booking_move(b, 'confirmed', 'merchant', '') FROM kf.booking b WHERE b.booking_id = t.id(1002);
SELECT is(pg_temp.events(1002), '1 cal-a present@2 () sending', 'confirmed meanwhile: the event is what it was');
SELECT t.read(1), kf.booking_move_by(t.id(100), t.id(1002), NULL, '{"start":"2026-06-02T14:30:00Z"}', kf.now());
SELECT is(pg_temp.events(1002), '1 cal-a present@4 () sending', 'moved meanwhile');
SELECT is(pg_temp.work(), NULL, 'two workers never write one event');
SELECT is(pg_temp.done(1002, 1, 2), '1 cal-a present@4 (2) due', 'then the newer one is due');
SELECT is(pg_temp.work(), '1002 1 present@4 (2)', 'at once');
SELECT kf.booking_cancel(t.id(100), t.id(1002), 'merchant', '');
SELECT is(pg_temp.events(1002), '1 cal-a absent@5 (2) sending', 'cancelled meanwhile');
SELECT is(pg_temp.done(1002, 1, 4), '1 cal-a absent@5 (4) due', 'it is there, so it is to go');
SELECT is(pg_temp.work(), '1002 1 absent@5 (4)', 'at once');
SELECT is(pg_temp.done(1002, 1, 5), '1 cal-a absent@5 () done', 'gone');
SELECT is(pg_temp.work(), NULL, 'and that was all');
SELECT is(pg_temp.pay(1003), 'applied', 'a third one is paid');
SELECT kf.booking_cancel(t.id(100), t.id(1003), 'merchant', '');
SELECT is(pg_temp.events(1003), '1 cal-a absent@3 () due', 'cancelled before it was written: somebody may have, so it is looked for');
SELECT is(pg_temp.work() || ' / ' || pg_temp.done(1003, 1, 3), '1003 1 absent@3 () / 1 cal-a absent@3 () done', 'and is not there');
-- Never paid: there was no event.
SELECT pg_temp.start(1004, '2026-06-03 14:00Z');
SELECT t.clock('2026-06-01 12:11Z');
SELECT kf.work_sweep(10);
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is(pg_temp.events(1004), NULL, 'expired: nothing was planned');
SELECT kf.booking_add(t.id(100), t.id(1005), jsonb_build_object('service', t.id(101), 'professional', t.id(111), 'start', '2026-06-04T14:00:00Z', 'customer', '{"name":"Luz","email":"l@example.test"}'::jsonb), a)
    FROM (SELECT t.read(1), kf.now()) r(x, a);
SELECT is(pg_temp.events(1005), '1 cal-a present@1 () due', 'by hand');

-- Refused, too many failures, permanent failure; and retried.
SELECT is(pg_temp.work(), '1005 1 present@1 ()', 'written');
SELECT is(pg_temp.failed(1005, 1, 'limit', 40), '1 cal-a present@1 () due', 'too often');
SELECT is((SELECT (attempts, next_attempt_at - kf.now(), error)::text FROM kf.calendar_event WHERE booking_id = t.id(1005)), '(1,00:00:40,"said no")', 'later');
SELECT is(pg_temp.work(), NULL, 'not now');
SELECT t.clock('2026-06-01 12:11:40Z');
SELECT is(pg_temp.work() || ' / ' || pg_temp.failed(1005, 1, 'denied'), '1005 1 present@1 () / 1 cal-a present@1 () failed', 'denied: for good');
SELECT is(kf.booking_doc(t.id(100), t.id(1005))->'calendar'->>'error', 'said no', 'the merchant sees why');
SELECT is((kf.calendar_get(t.id(100), t.id(111)))->'events_failed', '1', 'and how many');
SELECT is((SELECT status FROM kf.booking WHERE booking_id = t.id(1005)), 'confirmed', 'the booking is what it was');
SELECT is((kf.calendar_event_retry(t.id(100), t.id(1005)))->'calendar'->>'state', 'due', 'tried again when somebody says so');
SELECT is(t.refusal(format('SELECT kf.calendar_event_retry(%L, %L)', t.id(100), t.id(1005))), 'KF409', 'once');
SELECT is(kf.calendar_event_retry(t.id(100), t.id(9)), NULL, 'no such booking');
CREATE FUNCTION pg_temp.day() RETURNS TABLE (tries int, took interval, state text) LANGUAGE plpgsql AS $$
DECLARE
    v_from timestamptz := kf.now();
BEGIN
    tries := 0;
    LOOP
        PERFORM t.clock((SELECT x.next_attempt_at FROM kf.calendar_event x WHERE x.booking_id = t.id(1005)));
        PERFORM pg_temp.work();
        PERFORM kf.calendar_event_failed(t.id(100), t.id(1005), 1, 'retry', 'down', 0, 0);
        tries := tries + 1;
        state := (SELECT x.state FROM kf.calendar_event x WHERE x.booking_id = t.id(1005));
        EXIT WHEN state = 'failed' OR tries > 100;
    END LOOP;
    took := kf.now() - v_from;
    RETURN NEXT;
END
$$;
CREATE TEMP TABLE day AS SELECT * FROM pg_temp.day();
SELECT is((SELECT state FROM day), 'failed', 'a calendar that does not answer is given up');
SELECT ok((SELECT took BETWEEN '23 hours' AND '25 hours' FROM day), 'after a day');
SELECT kf.calendar_event_retry(t.id(100), t.id(1005));
SELECT is(pg_temp.work(), '1005 1 present@1 ()', 'once more');
CREATE TEMP TABLE old AS SELECT event_id FROM kf.calendar_event WHERE booking_id = t.id(1005);
SELECT kf.calendar_event_again(t.id(100), t.id(1005), 1);
SELECT isnt((SELECT event_id FROM kf.calendar_event WHERE booking_id = t.id(1005)), (SELECT event_id FROM old), 'an id that is taken there: another');
SELECT is(pg_temp.work() || ' / ' || pg_temp.done(1005, 1, 1), '1005 1 present@1 () / 1 cal-a present@1 (1) done', 'at once');

-- Another calendar of the account: the event moves, once.
SELECT kf.calendar_change(t.id(100), t.id(111), NULL, '{"write":"cal-b"}');
SELECT is(pg_temp.events(1005), '1 cal-a absent@1 (1) due, 2 cal-b present@1 () due', 'gone there, here now');
SELECT is(pg_temp.work(), '1005 1 absent@1 (1), 1005 2 present@1 ()', 'both are work');
CREATE TEMP TABLE was AS SELECT event_id FROM kf.calendar_event WHERE booking_id = t.id(1005) AND n = 1;
SELECT kf.calendar_change(t.id(100), t.id(111), NULL, '{"write":"cal-a"}');
SELECT is(pg_temp.events(1005), '1 cal-a present@1 (1) sending, 2 cal-b absent@1 () sending', 'and back while they are written');
SELECT is(pg_temp.done(1005, 1, 1), '1 cal-a present@1 () due, 2 cal-b absent@1 () sending', 'what was taken away is to come back');
SELECT isnt((SELECT event_id FROM kf.calendar_event WHERE booking_id = t.id(1005) AND n = 1), (SELECT event_id FROM was), 'under another id');
SELECT is(pg_temp.done(1005, 2, 1), '1 cal-a present@1 () due, 2 cal-b absent@1 (1) due', 'what was written is to go');
SELECT is(pg_temp.work() || ' / ' || pg_temp.done(1005, 1, 1) || ' / ' || pg_temp.done(1005, 2, 1),
    '1005 1 present@1 (), 1005 2 absent@1 (1) / 1 cal-a present@1 (1) done, 2 cal-b absent@1 (1) sending / 1 cal-a present@1 (1) done, 2 cal-b absent@1 () done', 'one event in the end');
CREATE TEMP TABLE gone AS SELECT n, event_id FROM kf.calendar_event WHERE booking_id = t.id(1005);
SELECT kf.calendar_change(t.id(100), t.id(111), NULL, '{"write":"cal-b"}');
SELECT is((SELECT array_agg(e.n || ' ' || (e.event_id = g.event_id) ORDER BY e.n) FROM kf.calendar_event e JOIN gone g USING (n) WHERE e.booking_id = t.id(1005)), ARRAY['1 true', '2 false'],
    'what was deleted comes back under another id');
SELECT kf.calendar_change(t.id(100), t.id(111), NULL, '{"write":"cal-a"}');
SELECT pg_temp.work(), pg_temp.done(1005, 1, 1), pg_temp.done(1005, 2, 1);

-- Reconnected: the same account continues, another one starts anew.
CREATE TEMP TABLE kept AS SELECT event_id FROM kf.calendar_event WHERE booking_id = t.id(1005) AND n = 1;
SELECT t.calendar(1, 5100, p => '{"read":["cal-a"],"write":"cal-a"}');
SELECT is(pg_temp.events(1005), '1 cal-a present@1 (1) done, 2 cal-b absent@1 () done', 'the same account: no second event');
SELECT is((SELECT (connection_id, event_id)::text FROM kf.calendar_event WHERE booking_id = t.id(1005) AND n = 1), (SELECT (t.id(5100), event_id)::text FROM kept), 'its own by now');
SELECT pg_temp.start(1006, '2026-06-05 13:00Z');
SELECT pg_temp.pay(1006);
SELECT is(pg_temp.work() || ' / ' || pg_temp.failed(1006, 1, 'revoked'), '1006 1 present@2 () / 1 cal-a present@2 () failed', 'revoked while it is written');
SELECT is((kf.calendar_get(t.id(100), t.id(111)))->>'state', 'error', 'an error of the connection');
SELECT kf.booking_cancel(t.id(100), t.id(1005), 'merchant', '');
SELECT is(pg_temp.events(1005), '1 cal-a absent@2 (1) failed, 2 cal-b absent@1 () done', 'cancelled meanwhile: it cannot be taken away');
SELECT is(pg_temp.work(), NULL, 'nobody tries');
SELECT t.calendar(1, 5200, p => '{"read":["cal-a"],"write":"cal-a"}');
SELECT is(pg_temp.work(), '1005 1 absent@2 (1), 1006 1 present@2 ()', 'connected again: what failed is done');
SELECT pg_temp.done(1005, 1, 2), pg_temp.done(1006, 1, 2);
SELECT kf.calendar_disconnect(t.id(100), t.id(111));
SELECT is(pg_temp.events(1006), '1 cal-a present@2 (2) done', 'disconnected: events stay where they are');
SELECT t.calendar(1, 5300, p_account => 'other', p => '{"read":["cal-a"],"write":"cal-a"}');
SELECT is(pg_temp.events(1006), '1 cal-a present@2 (2) done, 2 cal-a present@2 () due', 'another account has its own');
SELECT is(pg_temp.events(1005), '1 cal-a absent@2 () done, 2 cal-b absent@1 () done', 'not of what was called off');
SELECT pg_temp.work(), pg_temp.done(1006, 2, 2);
SELECT kf.booking_cancel(t.id(100), t.id(1006), 'merchant', '');
SELECT is(pg_temp.events(1006), '1 cal-a absent@3 (2) failed, 2 cal-a absent@3 (2) due', 'called off: here it goes, there nobody may');
-- Past bookings are not touched.
SELECT t.clock('2026-06-02 13:30Z');
SELECT is((SELECT kf.calendar_plan(b)::text FROM kf.booking b WHERE b.booking_id = t.id(1001)), '', 'a booking that is over');
SELECT is((SELECT count(*) FROM kf.calendar_event WHERE booking_id = t.id(1001) AND connection_id = t.id(5300)), 1::bigint, '(planned while it was to come)');
SELECT kf.booking_move(b, 'completed', 'merchant', '') FROM kf.booking b WHERE b.booking_id = t.id(1001);
SELECT is((SELECT max(wanted || wanted_version) FROM kf.calendar_event WHERE booking_id = t.id(1001)), 'present2', 'its event stays as it was');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
