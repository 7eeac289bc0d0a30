-- Conflicts of a calendar with bookings: found, changed, gone; and entries that never count.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-03-01 12:00Z');
SELECT t.tenant(1, 'America/New_York');    -- on 8 March at 07:00Z the clock goes from UTC-5 to UTC-4
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT t.calendar(1, 5000);
SELECT t.read(1);
SELECT count(*) FROM kf.work_calendar_syncs(10, 30);
SELECT set_config('kf.tenant', t.id(100)::text, true);
-- Booking n at p_start, paid and written.
CREATE FUNCTION pg_temp.booked(p_n int, p_start timestamptz) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    x record;
BEGIN
    PERFORM kf.hold_create(t.id(100), t.id(p_n), 'link001', t.id(101), t.id(111), p_start, t.hash('token ' || p_n), 600, NULL, NULL, kf.now());
    PERFORM kf.booking_start(t.id(100), t.id(p_n), t.id(p_n), t.id(p_n), t.hash('token ' || p_n), 'Ana Pérez', 'ana@example.test', '', '', 'es', NULL, kf.now());
    PERFORM t.pay(1, 'tx' || p_n, t.ref(p_n), 'APPROVED');
    FOR x IN SELECT * FROM kf.work_calendar_events(10, 30) LOOP
        PERFORM kf.calendar_event_done(x.tenant_id, x.booking_id, x.n, x.wanted_version, NULL);
    END LOOP;
    RETURN (SELECT kf.calendar_event_key('google', e.event_id) FROM kf.calendar_event e WHERE e.booking_id = t.id(p_n));
END
$$;
CREATE FUNCTION pg_temp.sync(p_events jsonb, p_full boolean DEFAULT false, p_calendar text DEFAULT 'cal-b') RETURNS void LANGUAGE sql AS $$
    SELECT kf.calendar_sync_done(t.id(100), t.id(5000), p_calendar, 'token', p_events, p_full) $$;
CREATE FUNCTION pg_temp.one(p_start text, p_end text, p_more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_array('{"key":"k1","booking":null,"version":0,"cancelled":false,"transparent":false}'::jsonb
                             || jsonb_build_object('start', p_start, 'end', p_end) || p_more) $$;
CREATE FUNCTION pg_temp.days(p_first text, p_last text, p_zone text, p_more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_array(jsonb_build_object('key', 'k1', 'first_day', p_first, 'last_day', p_last, 'zone', p_zone) || p_more) $$;
CREATE FUNCTION pg_temp.open() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(right(x.booking_id::text, 4) || ' ' || x.kind || ' ' || x.event_key, ', ' ORDER BY x.booking_id, x.event_key)
    FROM kf.calendar_conflict x WHERE x.resolved_at IS NULL $$;
CREATE FUNCTION pg_temp.ended() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(right(x.booking_id::text, 4) || ' ' || x.kind || ' ' || x.resolution, ', ' ORDER BY x.booking_id, x.event_key, x.resolution)
    FROM kf.calendar_conflict x WHERE x.resolved_at IS NOT NULL $$;
CREATE TEMP TABLE key AS SELECT n, pg_temp.booked(n, s::timestamptz) AS key
    FROM (VALUES (1001, '2026-03-07 15:00Z'), (1002, '2026-03-09 14:00Z'), (1003, '2026-03-10 14:00Z')) v(n, s);
GRANT SELECT ON key TO PUBLIC;
SELECT is(kf.calendar_event_key('google', '0191f7c2-3b5a-7c3e-9d41-5f2a6b7c8d9e'), '068vfghrb9u3t7a1bsl6mv4djo', 'the id of an event at Google');

-- Overlapping and other entries: each alone, after the previous one was deleted.
SELECT is(pg_temp.open(), NULL, 'nothing stands against them');
CREATE FUNCTION pg_temp.tell(p jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.sync(p);
    RETURN pg_temp.open();
END
$$;
SELECT is(pg_temp.tell(e), want, what) FROM (VALUES
    (pg_temp.one('2026-03-07T15:10:00Z', '2026-03-07T15:20:00Z'), '1001 overlap k1', 'inside'),
    (pg_temp.one('2026-03-07T14:00:00Z', '2026-03-07T15:00:00Z'), NULL, 'until it begins'),
    (pg_temp.one('2026-03-07T09:30:00-05:00', '2026-03-07T10:00:01-05:00'), '1001 overlap k1', 'a second into it, with an offset'),
    (pg_temp.one('2026-03-07T15:30:00Z', '2026-03-07T16:00:00Z'), NULL, 'from its end on'),
    (pg_temp.one('2026-03-01T00:00:00Z', '2026-03-12T00:00:00Z'), '1001 overlap k1, 1002 overlap k1, 1003 overlap k1', 'over all of them'),
    (pg_temp.one('2026-03-01T00:00:00Z', '2026-03-12T00:00:00Z', '{"transparent":true}'), NULL, 'one that blocks no time'),
    (pg_temp.one('2026-03-07T15:10:00Z', '2026-03-07T15:20:00Z'), '1001 overlap k1', 'again'),
    ('[{"key":"k1","cancelled":true}]', NULL, 'deleted: no more than its key is told'),
    (pg_temp.one('2026-03-07T15:20:00Z', '2026-03-07T15:10:00Z'), NULL, 'one that ends before it begins'),
    (pg_temp.days('2026-03-07', '2026-03-08', 'America/New_York'), '1001 overlap k1', 'a whole day'),
    (pg_temp.days('2026-03-08', '2026-03-09', 'America/New_York'), NULL, 'the day on which the clock changes has 23 hours'),
    (pg_temp.days('2026-03-08', '2026-03-10', 'America/New_York'), '1002 overlap k1', 'two days, the last not among them'),
    (pg_temp.days('2026-03-07', '2026-03-08', 'Asia/Tokyo'), NULL, 'a day elsewhere has other hours: from 6 March 15:00Z to 7 March 15:00Z'),
    (pg_temp.days('2026-03-08', '2026-03-09', 'Asia/Tokyo'), '1001 overlap k1', 'the next one there'),
    (pg_temp.days('2026-03-07', '2026-03-08', 'Mars/Olympus'), '1001 overlap k1', 'of a zone that is not known: the professional''s'),
    (pg_temp.days('2026-03-07', '2026-03-08', 'America/New_York', '{"transparent":true}'), NULL, 'a birthday'),
    (pg_temp.days('2026-03-07', '2026-03-07', 'America/New_York'), NULL, 'no day at all'),
    (pg_temp.one('2026-02-27T15:00:00Z', '2026-02-28T15:00:00Z'), NULL, 'what is over')) v(e, want, what);
SELECT is((SELECT array_agg(DISTINCT resolution) FROM kf.calendar_conflict), ARRAY['gone'], 'all gone by themselves');

-- Two at once, and the complete list.
SELECT pg_temp.sync(pg_temp.one('2026-03-07T15:00:00Z', '2026-03-07T15:30:00Z') || pg_temp.one('2026-03-09T14:00:00Z', '2026-03-09T14:30:00Z', '{"key":"k2"}'));
SELECT pg_temp.sync(pg_temp.one('2026-03-07T15:00:00Z', '2026-03-07T15:15:00Z', '{"key":"k3"}'), false, 'cal-a');
SELECT is(pg_temp.open(), '1001 overlap k1, 1001 overlap k3, 1002 overlap k2', 'three of them');
SELECT pg_temp.sync('[]');
SELECT is(pg_temp.open(), '1001 overlap k1, 1001 overlap k3, 1002 overlap k2', 'no news is no news');
SELECT pg_temp.sync(pg_temp.one('2026-03-07T15:05:00Z', '2026-03-07T15:30:00Z'), true);
SELECT is(pg_temp.open(), '1001 overlap k1, 1001 overlap k3', 'what is not among all events of a calendar is gone, of that calendar alone');
SELECT is((SELECT starts_at FROM kf.calendar_conflict WHERE event_key = 'k1' AND resolved_at IS NULL), '2026-03-07 15:05Z', 'where it is now');
SELECT is((SELECT (sync_token, sync_due_at - kf.now())::text FROM kf.calendar_source WHERE calendar_id = 'cal-b'), '(token,00:15:00)', 'looked through again in a while');

-- The merchant's view.
SELECT is((SELECT jsonb_agg(i - ARRAY['id', 'seen_at'] ORDER BY i->>'calendar') FROM jsonb_array_elements(kf.calendar_conflict_page(t.id(100), '{}')->'items') i),
    '[{"kind":"overlap","start":"2026-03-07T10:00:00-05:00","end":"2026-03-07T10:15:00-05:00","calendar":"Agenda",
       "booking":{"id":"00000000-0000-7000-8000-000000001001","start":"2026-03-07T10:00:00-05:00","status":"paid","service_name":"Consulta","customer_name":"Ana Pérez"},
       "professional":{"id":"00000000-0000-7000-8000-000000000111","name":"Professional 1"}},
      {"kind":"overlap","start":"2026-03-07T10:05:00-05:00","end":"2026-03-07T10:30:00-05:00","calendar":"Familia",
       "booking":{"id":"00000000-0000-7000-8000-000000001001","start":"2026-03-07T10:00:00-05:00","status":"paid","service_name":"Consulta","customer_name":"Ana Pérez"},
       "professional":{"id":"00000000-0000-7000-8000-000000000111","name":"Professional 1"}}]'::jsonb, 'a page');
CREATE TEMP TABLE page AS SELECT kf.calendar_conflict_page(t.id(100), '{"limit":1}') AS p;
SELECT isnt((SELECT p->>'next' FROM page), NULL, 'one by one');
SELECT isnt((SELECT kf.calendar_conflict_page(t.id(100), jsonb_build_object('limit', 1, 'after', p->'next'))->'items'->0->'id' FROM page), (SELECT p->'items'->0->'id' FROM page), 'the other one');
SELECT is(kf.calendar_conflict_page(t.id(100), jsonb_build_object('professional', t.id(112)))->'items', '[]', 'not of the colleague');
SELECT is(jsonb_array_length(kf.booking_doc(t.id(100), t.id(1001))->'conflicts'), 2, 'and with the booking');
SELECT is(t.refusal(format('SELECT kf.calendar_conflict_page(%L, ''{"x":1}'')', t.id(100))), 'KF422 x', 'an unknown filter');

-- A dismissed conflict does not come back while it is unchanged.
SELECT is((SELECT kf.calendar_conflict_dismiss(t.id(100), conflict_id)->>'kind' FROM kf.calendar_conflict WHERE event_key = 'k1' AND resolved_at IS NULL), 'overlap', 'dismissed');
SELECT is(kf.calendar_conflict_dismiss(t.id(100), t.id(1)), NULL, 'there is no such');
SELECT is((SELECT t.refusal(format('SELECT kf.calendar_conflict_dismiss(%L, %L)', t.id(100), conflict_id)) FROM kf.calendar_conflict WHERE resolution = 'dismissed'), 'KF409', 'once');
SELECT is((SELECT object_id FROM kf.audit WHERE action = 'calendar_conflict_dismissed'), t.id(1001)::text, 'and written down');
SELECT is(pg_temp.tell(pg_temp.one('2026-03-07T15:05:00Z', '2026-03-07T15:30:00Z')), '1001 overlap k3', 'seen again as it was');
SELECT is(pg_temp.tell(pg_temp.one('2026-03-07T15:06:00Z', '2026-03-07T15:30:00Z')), '1001 overlap k1, 1001 overlap k3', 'moved, it is another matter');
SELECT pg_temp.sync('[]', true), pg_temp.sync('[]', true, 'cal-a');
SELECT is(pg_temp.open(), NULL, 'all gone');

-- Our own event: correct, moved, deleted.
CREATE FUNCTION pg_temp.own(p_start text, p_end text, p_version int DEFAULT 2, p_more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_array(jsonb_build_object('key', (SELECT key FROM key WHERE n = 1001), 'booking', t.id(1001), 'version', p_version,
                                                'start', p_start, 'end', p_end) || p_more) $$;
CREATE FUNCTION pg_temp.mine(p jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.sync(p, false, 'cal-a');
    RETURN (SELECT string_agg(x.kind || coalesce(' ' || to_char(x.starts_at, 'HH24:MI'), ''), ', ') FROM kf.calendar_conflict x WHERE x.resolved_at IS NULL);
END
$$;
SELECT is(pg_temp.mine(e), want, what) FROM (VALUES
    (pg_temp.own('2026-03-07T15:00:00Z', '2026-03-07T15:30:00Z'), NULL, 'where the booking is'),
    (pg_temp.own('2026-03-07T16:00:00Z', '2026-03-07T16:30:00Z'), 'event_moved 16:00', 'moved there'),
    (pg_temp.own('2026-03-07T17:00:00Z', '2026-03-07T17:30:00Z'), 'event_moved 17:00', 'and moved on'),
    (pg_temp.own('2026-03-07T15:00:00Z', '2026-03-07T15:30:00Z', 1), 'event_moved 17:00', 'an older version says nothing'),
    (pg_temp.own('2026-03-07T15:00:00Z', '2026-03-07T15:30:00Z'), NULL, 'moved back'),
    (pg_temp.own('2026-03-09T14:00:00Z', '2026-03-09T14:30:00Z'), 'event_moved 14:00', 'onto another booking: one thing stands against one'),
    (pg_temp.own('2026-03-07T15:00:00Z', '2026-03-07T15:45:00Z'), 'event_moved 15:00', 'made longer'),
    (pg_temp.own('2026-03-07T15:00:00Z', '2026-03-07T15:30:00Z'), NULL, 'back'),
    (jsonb_build_array(jsonb_build_object('key', (SELECT key FROM key WHERE n = 1001), 'cancelled', true)), 'event_deleted', 'deleted, told by its key alone'),
    (pg_temp.own('2026-03-07T15:00:00Z', '2026-03-07T15:30:00Z'), NULL, 'restored'),
    (pg_temp.own('2026-03-07T15:00:00Z', '2026-03-07T15:30:00Z', 2, '{"key":"copy"}'), NULL, 'an older copy of it is not against it'),
    (pg_temp.own('2026-03-07T15:00:00Z', '2026-03-07T15:30:00Z', 2, jsonb_build_object('key', 'foreign', 'booking', t.id(9))), 'overlap 15:00', 'one of another business is')) v(e, want, what);
SELECT pg_temp.sync('[]', true, 'cal-a');
SELECT is(pg_temp.open(), NULL, 'among all events it is not: just written, perhaps');
SELECT t.clock('2026-03-01 12:11Z');
SELECT pg_temp.sync(pg_temp.own('2026-03-07T15:00:00Z', '2026-03-07T15:30:00Z'), true, 'cal-a');
SELECT is(pg_temp.open(), '1002 event_deleted ' || (SELECT key FROM key WHERE n = 1002) || ', 1003 event_deleted ' || (SELECT key FROM key WHERE n = 1003), 'later: deleted');
SELECT pg_temp.sync('[]', true, 'cal-a');
SELECT is((SELECT count(*) FROM kf.calendar_conflict WHERE resolved_at IS NULL AND kind = 'event_deleted'), 3::bigint, 'and stays so');
-- Events that are about to be written are ignored.
SELECT kf.calendar_conflict_dismiss(t.id(100), conflict_id) FROM kf.calendar_conflict WHERE resolved_at IS NULL;
UPDATE kf.calendar_event SET state = 'due' WHERE booking_id = t.id(1001);
SELECT is(pg_temp.mine(pg_temp.own('2026-03-07T16:00:00Z', '2026-03-07T16:30:00Z')), NULL, 'while it is being written');
UPDATE kf.calendar_event SET state = 'done' WHERE booking_id = t.id(1001);

-- A past or cancelled booking has no conflicts; one that is being paid has.
SELECT pg_temp.sync(pg_temp.one('2026-03-01T00:00:00Z', '2026-03-12T00:00:00Z'));
SELECT kf.booking_cancel(t.id(100), t.id(1002), 'merchant', '');
SELECT is(pg_temp.open(), '1001 overlap k1, 1003 overlap k1', 'cancelled');
SELECT is((SELECT resolution FROM kf.calendar_conflict WHERE booking_id = t.id(1002) AND event_key = 'k1' ORDER BY seen_at DESC LIMIT 1), 'booking_over', '(over)');
SELECT t.clock('2026-03-07 15:30Z');
SELECT is(kf.booking_doc(t.id(100), t.id(1001))->'conflicts', '[]', 'not shown once the time is over');
SELECT is(jsonb_array_length(kf.calendar_conflict_page(t.id(100), '{}')->'items'), 1, '(nor on the page)');
SELECT kf.work_sweep(100);
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is(pg_temp.open(), '1003 overlap k1', 'and then ended');
SELECT pg_temp.sync('[]', true);
SELECT t.read(1);
SELECT FROM kf.hold_create(t.id(100), t.id(1004), 'link001', t.id(101), t.id(111), '2026-03-11 14:00Z', t.hash('token 1004'), 600, NULL, NULL, kf.now());
SELECT FROM kf.booking_start(t.id(100), t.id(1004), t.id(1004), t.id(1004), t.hash('token 1004'), 'Ana', 'a@example.test', '', '', 'es', NULL, kf.now());
SELECT pg_temp.sync(pg_temp.one('2026-03-11T14:00:00Z', '2026-03-11T14:30:00Z'));
SELECT is(pg_temp.open(), '1004 overlap k1', 'while it is being paid');
SELECT is(kf.calendar_conflict_page(t.id(100), '{}')->'items', '[]', 'the merchant is not bothered yet');
SELECT t.pay(1, 'tx4', t.ref(1004), 'APPROVED');
SELECT is(jsonb_array_length(kf.calendar_conflict_page(t.id(100), '{}')->'items'), 1, 'once it is paid they are');

-- The work: leased, notified again, failed.
UPDATE kf.calendar_source SET sync_due_at = kf.now() + interval '1 second';
SELECT is_empty('SELECT FROM kf.work_calendar_syncs(10, 30)', 'nothing is due');
UPDATE kf.calendar_source SET sync_due_at = kf.now();
SELECT bag_eq('SELECT connection_id, calendar_id, sync_token, provider, refresh_token_sealed, access_token_sealed FROM kf.work_calendar_syncs(10, 30)',
    $$ VALUES (t.id(5000), 'cal-a', 'token', 'google', 'sealed-refresh', 'sealed-access'), (t.id(5000), 'cal-b', 'token', 'google', 'sealed-refresh', 'sealed-access') $$, 'both are leased');
SELECT is_empty('SELECT FROM kf.work_calendar_syncs(10, 30)', 'once');
SELECT set_config('kf.tenant', t.id(100)::text, true);
UPDATE kf.calendar_source SET sync_due_at = kf.now() WHERE calendar_id = 'cal-a';
SELECT pg_temp.sync('[]', false, 'cal-a'), pg_temp.sync('[]');
SELECT bag_eq('SELECT calendar_id, sync_due_at - kf.now() FROM kf.calendar_source', $$ VALUES ('cal-a', interval '0'), ('cal-b', '15 minutes') $$, 'told of meanwhile: looked through again');
SELECT kf.calendar_sync_failed(t.id(100), t.id(5000), 'cal-b', 'resync', 'too old', 0), kf.calendar_sync_failed(t.id(100), t.id(5000), 'cal-a', 'limit', 'slow down', 90);
SELECT bag_eq('SELECT calendar_id, sync_token, sync_due_at - kf.now() FROM kf.calendar_source',
    $$ VALUES ('cal-a', 'token', interval '90 seconds'), ('cal-b', NULL, '0') $$, 'a token that is too old goes, at once; a limit is kept to');
SELECT kf.calendar_sync_failed(t.id(100), t.id(5000), 'cal-b', 'resync', 'too old', 0);
SELECT ok((SELECT sync_due_at > kf.now() FROM kf.calendar_source WHERE calendar_id = 'cal-b'), 'but not in a circle');
SELECT kf.calendar_sync_failed(t.id(100), t.id(5000), 'cal-b', 'revoked', 'gone', 0);
SELECT is((kf.calendar_get(t.id(100), t.id(111)))->>'state', 'error', 'revoked: an error of the connection');
SELECT pg_temp.sync(pg_temp.one('2026-03-10T14:00:00Z', '2026-03-10T14:30:00Z'));
SELECT is(pg_temp.open(), '1004 overlap k1', 'a late word of a connection that is over counts nothing');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
