-- The customer's links: for one purpose, once for an action, until the booking is over. Moving by them within the
-- promised policy, and what moves along. A failure at any statement leaves the booking unchanged.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
SELECT set_config('kf.tenant', t.id(100)::text, true);
CREATE FUNCTION pg_temp.paid(p_n int, p_start timestamptz, p_service int DEFAULT 1, p_who int DEFAULT 11) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM t.hold(1, p_n, p_start, p_service, p_who), t.book(1, p_n);
    RETURN t.pay(1, 'tx' || p_n, t.ref(p_n), 'APPROVED', (SELECT charge_cents FROM kf.booking WHERE booking_id = t.id(p_n)));
END
$$;
CREATE FUNCTION pg_temp.mint(p_n int, p_purpose text, p_token text, p_minutes int DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    SELECT kf.visit_mint(t.id(100), t.id(p_n), p_purpose, t.hash(p_token), p_minutes) $$;
CREATE FUNCTION pg_temp.state(p_token text) RETURNS text LANGUAGE sql AS $$ SELECT v.purpose || ' ' || v.state FROM kf.visit_find(t.hash(p_token)) v $$;
CREATE FUNCTION pg_temp.doc(p_token text, p_purpose text) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.visit_doc(t.id(100), t.hash(%L), %L)', p_token, p_purpose)) $$;
CREATE FUNCTION pg_temp.move(p_token text, p_start text, p_who int DEFAULT NULL, p_view text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.visit_move(t.id(100), t.hash(%L), %L, %L, t.hash(%L), kf.now())', p_token, p_start, t.id(100 + p_who), coalesce(p_view, 'view after ' || p_token))) $$;
CREATE FUNCTION pg_temp.cancel(p_token text, p_cents bigint) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.visit_cancel(t.id(100), t.hash(%L), %s, ''ya no puedo'', t.hash(%L))', p_token, p_cents, 'view after ' || p_token)) $$;

-- A link for each purpose.
SELECT pg_temp.paid(1001, '2026-06-10 15:00Z');
SELECT pg_temp.mint(1001, p, p || '1') FROM unnest('{view,move,cancel,reminders}'::text[]) p;
SELECT is(pg_temp.state(p || '1'), p || ' open', 'a link to ' || p) FROM unnest('{view,move,cancel,reminders}'::text[]) p;
SELECT is((SELECT (tenant_id, booking_id)::text FROM kf.visit_find(t.hash('view1'))), (t.id(100), t.id(1001))::text, 'whose it is');
SELECT is_empty($$ SELECT * FROM kf.visit_find(t.hash('nobody')) $$, 'nobody''s');
SELECT is(pg_temp.doc(a || '1', b), CASE WHEN a = b OR a = 'view' AND b = 'reminders' THEN 'ok' ELSE 'KF416' END, a || ' for ' || b)
FROM unnest('{view,move,cancel,reminders}'::text[]) a, unnest('{view,move,cancel,reminders}'::text[]) b;
SELECT is(t.refusal($$SELECT kf.visit_doc(t.id(100), t.hash('view1'), NULL)$$), 'KF416', 'for nothing');
SELECT is(t.refusal($$SELECT kf.visit_doc(t.id(200), t.hash('view1'), 'view')$$), 'KF416', 'not at another business');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is(pg_temp.move(p || '1', '2026-06-11 15:00Z'), 'KF416', 'no move by a link to ' || p) FROM unnest('{view,cancel,reminders}'::text[]) p;
SELECT is(pg_temp.cancel(p || '1', 3000000), 'KF416', 'no cancelling by a link to ' || p) FROM unnest('{view,move,reminders}'::text[]) p;
SELECT is(t.refusal(format($$SELECT kf.visit_reminders(t.id(100), t.hash(%L), false)$$, p || '1')), 'KF416', 'no reminders by a link to ' || p) FROM unnest('{move,cancel}'::text[]) p;
SELECT is(t.refusal(format($$SELECT * FROM kf.visit_pay(t.id(100), t.hash(%L), t.id(9))$$, p || '1')), 'KF416', 'no paying by a link to ' || p) FROM unnest('{move,cancel,reminders}'::text[]) p;
SELECT is((SELECT count(*) FROM kf.booking_history WHERE booking_id = t.id(1001)), 2::bigint, 'nothing of that did anything');
SELECT is(t.refusal($$SELECT kf.visit_mint(t.id(100), t.id(9999), 'view', t.hash('x'), NULL)$$), 'KF404', 'no such booking');
SELECT is(t.refusal($$SELECT kf.visit_mint(t.id(100), t.id(1001), 'pay', t.hash('x'), NULL)$$), '23514', 'no such purpose');

-- The data of the page.
CREATE TEMP TABLE doc AS SELECT kf.visit_doc(t.id(100), t.hash('view1'), 'view') AS d;
SELECT is((SELECT d - ARRAY['history', 'refund', 'policy', 'payment', 'business', 'service'] FROM doc), '{"booking": "00000000-0000-7000-8000-000000001001", "status": "paid", "version": 2, "sequence": 0,
    "purpose": "view", "start": "2026-06-10T10:00:00-05:00", "end": "2026-06-10T10:30:00-05:00", "start_there": "2026-06-10T10:00:00-05:00", "end_there": "2026-06-10T10:30:00-05:00",
    "utc_start": "2026-06-10T15:00:00Z", "utc_end": "2026-06-10T15:30:00Z", "customer_zone": "America/Bogota", "professional_zone": "America/Bogota", "zones_differ": false,
    "professional": {"id": "00000000-0000-7000-8000-000000000111", "name": "Professional 1", "photo_url": null}, "customer": {"name": "Ana Pérez", "email_masked": "a***@example.test"},
    "language": "es", "link": "link001", "price_cents": 12000000, "charge_cents": 3000000, "currency": "COP", "reminders": true, "moves": 0, "organizer": null, "created_at": "2026-06-01T07:00:00-05:00",
    "updated_at": "2026-06-01T07:00:00-05:00", "hold_alive": false, "hold_expires_at": "2026-06-01T12:10:00Z", "now": "2026-06-01T12:00:00Z", "meeting_url": null,
    "can": {"move": true, "cancel": true, "pay": false, "reminders": true}, "why_not": {"move": null}}'::jsonb, 'a booking');
SELECT is((SELECT d->'payment' FROM doc), '{"word": "approved", "tx": "tx1001", "method": "CARD", "amount_cents": 3000000, "returning_cents": 0, "returned_cents": 0,
    "paid_at": "2026-06-01T07:00:00-05:00", "refunds": []}'::jsonb, 'its money');
SELECT is((SELECT d->'service' FROM doc), '{"id": "00000000-0000-7000-8000-000000000101", "name": "Consulta", "duration_min": 30, "place": "", "map_url": null, "instructions": ""}'::jsonb, 'its service');
SELECT is((SELECT concat_ws(' ', d->'business'->>'name', d->'refund'->>'refund_cents', d->'policy'->>'move_most') FROM doc), 'Tenant 1 3000000 2', 'whose it is, what goes back, how often it moves');
SELECT is((SELECT d->'history'->1 FROM doc), '{"from": "pending", "to": "paid", "actor": "payment", "moved": false, "at": "2026-06-01T07:00:00-05:00", "from_start": null, "from_end": null}'::jsonb, 'its history');
SELECT ok((SELECT d::text !~ 'ana@|3001234567|sealed|hash' FROM doc), 'neither address nor telephone nor secrets');
UPDATE kf.booking SET customer_zone = 'Asia/Kathmandu' WHERE booking_id = t.id(1001);
SELECT is((SELECT concat_ws(' ', d->>'start', d->>'start_there', d->>'zones_differ') FROM kf.visit_doc(t.id(100), t.hash('view1'), 'view') d), '2026-06-10T20:45:00+05:45 2026-06-10T10:00:00-05:00 true', 'in both zones');
UPDATE kf.booking SET customer_zone = 'America/Bogota' WHERE booking_id = t.id(1001);
SELECT is(kf.email_masked(a), m, a) FROM (VALUES ('maria.lopez@example.test', 'mar***@example.test'), ('al@x.test', 'a***@x.test'), ('a@x.test', '***@x.test'), ('abcd@x.test', 'ab***@x.test')) x(a, m);

-- From the page to an action: the booking's email address must be known.
CREATE FUNCTION pg_temp.act(p_purpose text, p_email text, p_token text, p_by text DEFAULT 'view1') RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.visit_act_token(t.id(100), t.hash(%L), %L, %L, t.hash(%L))', p_by, p_purpose, p_email, p_token)) $$;
SELECT is(pg_temp.act('move', 'otra@example.test', 'act1'), 'KF422 email', 'another address');
SELECT is(pg_temp.act('move', NULL, 'act1'), 'KF422 email', 'no address');
SELECT is(pg_temp.act('view', 'ana@example.test', 'act1'), 'KF422 purpose', 'another purpose');
SELECT is(pg_temp.act(NULL, 'ana@example.test', 'act1'), 'KF422 purpose', 'no purpose');
SELECT is(pg_temp.act('move', 'ana@example.test', 'act1', p), 'KF416', 'not by a link to ' || p) FROM unnest('{move1,cancel1,reminders1,nobody}'::text[]) p;
SELECT is(pg_temp.act('move', ' ANA@Example.test ', 'act1'), 'ok', 'the address, however it is written');
SELECT is(pg_temp.state('act1'), 'move open', 'a link to move');
SELECT t.clock('2026-06-01 12:29:59Z');
SELECT is(pg_temp.state('act1'), 'move open', 'for half an hour');
SELECT t.clock('2026-06-01 12:30:00Z');
SELECT is(pg_temp.state('act1'), 'move over', 'and no longer');
SELECT is(pg_temp.move('act1', '2026-06-11 15:00Z'), 'KF416', 'whoever comes later');

-- Reminders, off and on.
SELECT is((SELECT count(*) FROM kf.reminder WHERE booking_id = t.id(1001) AND state = 'due'), 2::bigint, 'two are planned');
SELECT is((kf.visit_reminders(t.id(100), t.hash('reminders1'), false))->>'reminders', 'false', 'off');
SELECT is((SELECT count(*) FROM kf.reminder WHERE booking_id = t.id(1001) AND state = 'due'), 0::bigint, 'none goes out');
SELECT is((kf.visit_reminders(t.id(100), t.hash('reminders1'), false))->>'reminders', 'false', 'off again is off');
SELECT is((kf.visit_reminders(t.id(100), t.hash('view1'), true))->>'reminders', 'true', 'on, by the other link');
SELECT is((SELECT count(*) FROM kf.reminder WHERE booking_id = t.id(1001) AND state = 'due'), 2::bigint, 'planned again');
SELECT is((SELECT version FROM kf.booking WHERE booking_id = t.id(1001)), 2, 'the merchant''s system need not know');

-- Moved, with everything that belongs to it.
UPDATE kf.service SET buffer_before_min = 5, buffer_after_min = 10, duration_min = 45 WHERE service_id = t.id(101);
SELECT is(pg_temp.move('move1', '2026-06-11 15:00Z'), 'ok', 'moved');
SELECT is((SELECT concat_ws(' ', b.status, b.version, b.sequence, b.moves, kf.iso(b.slot_start), kf.iso(b.slot_end)) FROM kf.booking b WHERE b.booking_id = t.id(1001)),
    'paid 3 1 1 2026-06-11T15:00:00Z 2026-06-11T15:30:00Z', 'as long as it was');
SELECT is((SELECT concat_ws(' ', c.state, kf.iso(c.starts_at), kf.iso(c.ends_at), c.expires_at) FROM kf.claim c JOIN kf.booking b USING (tenant_id, claim_id) WHERE b.booking_id = t.id(1001)),
    'booked 2026-06-11T14:55:00Z 2026-06-11T15:40:00Z', 'with the buffers of the service as it is now');
UPDATE kf.service SET buffer_before_min = 0, buffer_after_min = 0, duration_min = 30 WHERE service_id = t.id(101);
SELECT is((SELECT state FROM kf.claim WHERE claim_id = t.id(1001)), 'ended', 'the old time is free');
SELECT is((SELECT (h.from_status, h.to_status, h.actor, h.reason, h.facts->>'from_start', h.facts->>'from_professional')::text FROM kf.booking_history h WHERE h.booking_id = t.id(1001) AND h.version = 3),
    format('(paid,paid,customer,moved,2026-06-10T15:00:00Z,%s)', t.id(111)), 'in its history');
SELECT is((SELECT o.facts->'previous' FROM kf.outbox o WHERE o.booking_id = t.id(1001) AND o.event = 'booking.rescheduled'), '{"slot_start": "2026-06-10T15:00:00Z", "slot_end": "2026-06-10T15:30:00Z"}'::jsonb, 'the merchant''s system is told');
SELECT is((SELECT concat_ws(' ', o.version, o.facts->>'slot_start', o.facts->'payment'->>'state') FROM kf.outbox o WHERE o.booking_id = t.id(1001) AND o.event = 'booking.rescheduled'), '3 2026-06-11T15:00:00Z applied', 'with the new time, and the money as it was');
SELECT is((SELECT string_agg(DISTINCT kf.iso(r.starts_at) || ' ' || r.state, ', ') FROM kf.reminder r WHERE r.booking_id = t.id(1001)), '2026-06-10T15:00:00Z dropped, 2026-06-11T15:00:00Z due', 'reminders follow');
SELECT is((SELECT count(*) FROM kf.mail WHERE booking_id = t.id(1001) AND kind = 'booking_moved'), 1::bigint, 'and the customer is told');
SELECT is(pg_temp.state('move1') || ', ' || pg_temp.state('act1') || ', ' || pg_temp.state('cancel1') || ', ' || pg_temp.state('view after move1'), 'move used, move used, cancel open, view open', 'links: to move none is left');
SELECT is(pg_temp.move('move1', '2026-06-11 16:00Z'), 'KF416', 'a link moves once');
SELECT is((SELECT string_agg(DISTINCT purpose || ' ' || kf.iso(expires_at), ', ') FROM kf.visit_token WHERE booking_id = t.id(1001) AND used_at IS NULL),
    'cancel 2026-06-11T15:00:00Z, reminders 2026-07-11T15:30:00Z, view 2026-07-11T15:30:00Z', 'the others live as long as the booking');
SELECT is((SELECT d->'history'->2->>'from_start' FROM kf.visit_doc(t.id(100), t.hash('view1'), 'view') d), '2026-06-10T10:00:00-05:00', 'the page says where it was');
SELECT is((SELECT d->'history'->2->'facts'->>'from_start' FROM kf.booking_doc(t.id(100), t.id(1001)) d), '2026-06-10T10:00:00-05:00', 'so does the merchant''s');

-- Refused slots, and the reasons.
SELECT pg_temp.mint(1001, 'move', 'move2');
SELECT pg_temp.paid(1002, '2026-06-11 16:00Z');
SELECT t.hold(1, 1003, '2026-06-11 18:00Z', p_ttl => 3600);
SELECT is(pg_temp.move('move2', at), want, coalesce(at, 'no time')) FROM (VALUES ('2026-06-11 16:00Z', 'KF412 start'), ('2026-06-11 15:45Z', 'KF412 start'), ('2026-06-11 18:15Z', 'KF412 start'),
    ('2026-06-11 15:00Z', 'KF413 start'), ('2026-06-11 15:07Z', 'KF413 start'), ('2026-06-11 17:00Z', 'KF413 start'), ('2026-06-11 12:45Z', 'KF413 start'), ('2026-06-11 22:45Z', 'KF413 start'),
    ('2026-05-11 15:00Z', 'KF413 start'), ('2026-07-31 15:00Z', 'KF413 start'), ('2026-09-01 15:00Z', 'KF413 start'), (NULL, 'KF413 start')) x(at, want);
SELECT is(pg_temp.move('move2', '2026-06-12 15:00Z', who), 'KF422 professional', 'nobody who gives it: ' || who) FROM unnest('{13,99}'::int[]) who;
UPDATE kf.professional SET active = false WHERE professional_id = t.id(112);
SELECT is(pg_temp.move('move2', '2026-06-12 15:00Z', 12), 'KF422 professional', 'nor who works no more');
UPDATE kf.professional SET active = true WHERE professional_id = t.id(112);
UPDATE kf.service SET notice_min = 1440 WHERE service_id = t.id(101);
SELECT is(pg_temp.move('move2', '2026-06-02 13:15Z'), 'ok', '(a day and more ahead)') FROM t.clock('2026-06-01 13:15Z');
UPDATE kf.booking SET moves = 1 WHERE booking_id = t.id(1001);
SELECT pg_temp.mint(1001, 'move', 'move3');
SELECT is(pg_temp.move('move3', '2026-06-02 13:00Z'), 'KF413 start', 'notice counts');
UPDATE kf.service SET notice_min = 0 WHERE service_id = t.id(101);
SELECT is((SELECT concat_ws(' ', version, kf.iso(slot_start)) FROM kf.booking WHERE booking_id = t.id(1001)), '4 2026-06-02T13:15:00Z', 'what is refused changes nothing');
SELECT is(pg_temp.state('move3'), 'move open', 'nor does it cost the link');

-- Overlapping its own slot; another professional; the day's maximum.
SELECT t.clock('2026-06-01 12:30Z');
SELECT is(pg_temp.move('move3', '2026-06-02 13:30Z'), 'ok', 'to a time that overlaps its own');
SELECT is((SELECT count(*) FROM kf.claim c WHERE c.state <> 'ended' AND c.slot_start::date = '2026-06-02'), 1::bigint, 'one time is taken');
UPDATE kf.booking SET moves = 0 WHERE booking_id = t.id(1001);
SELECT pg_temp.mint(1001, 'move', 'move4');
UPDATE kf.professional SET time_zone = 'America/New_York' WHERE professional_id = t.id(112);
SELECT is(pg_temp.move('move4', '2026-06-02 13:30Z', 12), 'ok', 'the same time with another one');
SELECT is((SELECT concat_ws(' ', b.terms->>'professional_name', b.terms->>'professional_zone', right(c.professional_id::text, 3)) FROM kf.booking b JOIN kf.claim c USING (tenant_id, claim_id) WHERE b.booking_id = t.id(1001)),
    'Professional 2 America/New_York 112', 'whose it is now');
UPDATE kf.professional SET time_zone = 'America/Bogota' WHERE professional_id = t.id(112);
UPDATE kf.service SET max_per_day = 1 WHERE service_id = t.id(101);
SELECT pg_temp.mint(1001, 'move', 'move5');
SELECT is(pg_temp.move('move5', '2026-06-11 15:00Z'), 'KF414 start', 'a day that is full');
SELECT is(pg_temp.move('move5', '2026-06-02 15:00Z', 11), 'ok', 'its own day is not full of itself');
UPDATE kf.service SET max_per_day = NULL WHERE service_id = t.id(101);
-- A link for one professional only.
SELECT pg_temp.mint(1001, 'move', 'move6');
UPDATE kf.booking SET moves = 0 WHERE booking_id = t.id(1001);
UPDATE kf.booking_link SET locked = true, service_id = t.id(101), professional_id = t.id(111) WHERE link_id = t.id(121);
SELECT is(pg_temp.move('move6', '2026-06-02 18:00Z', 12), 'KF422 professional', 'a link that is one professional''s');
SELECT is(pg_temp.move('move6', '2026-06-02 18:00Z', 11), 'ok', 'with whom it moves');
UPDATE kf.booking_link SET locked = false, service_id = NULL, professional_id = NULL WHERE link_id = t.id(121);

-- The deadline, to the second, and the number of moves.
SELECT kf.service_change(t.id(100), t.id(101), NULL, '{"move_until_hours":6,"move_most":1}');
SELECT pg_temp.paid(1010, '2026-06-20 15:00Z'), pg_temp.mint(1010, 'move', 'late'), pg_temp.mint(1010, 'view', 'late view');
SELECT kf.service_change(t.id(100), t.id(101), NULL, '{"move_until_hours":0,"move_most":9}');
CREATE FUNCTION pg_temp.at(p_at timestamptz) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v text;
BEGIN
    PERFORM t.clock(p_at);
    v := kf.visit_doc(t.id(100), t.hash('late view'), 'view')->'can'->>'move' || ' ' || coalesce(kf.visit_doc(t.id(100), t.hash('late view'), 'view')->'why_not'->>'move', '-');
    BEGIN
        v := v || ' ' || pg_temp.move('late', '2026-06-22 15:00Z') || ' ' || pg_temp.act('move', 'ana@example.test', 'late act', 'late view');
        RAISE EXCEPTION 'back' USING ERRCODE = 'KF999';
    EXCEPTION WHEN SQLSTATE 'KF999' THEN
        RETURN v;
    END;
END
$$;
SELECT is(pg_temp.at(at), want, 'moving at ' || at) FROM (VALUES (timestamptz '2026-06-20 08:59:59Z', 'true - ok KF409 moves'), ('2026-06-20 09:00:00Z', 'true - ok KF409 moves'),
    ('2026-06-20 09:00:01Z', 'false until KF409 until KF409 until'), ('2026-06-20 14:59:59Z', 'false until KF409 until KF409 until'), ('2026-06-20 15:00:00Z', 'false status KF416 KF409 status')) x(at, want);
SELECT t.clock('2026-06-01 12:30Z');
SELECT is(pg_temp.move('late', '2026-06-22 15:00Z'), 'ok', 'once');
SELECT pg_temp.mint(1010, 'move', 'again');
SELECT is(pg_temp.move('again', '2026-06-23 15:00Z'), 'KF409 moves', 'and no more than was promised');
SELECT is((kf.visit_doc(t.id(100), t.hash('late view'), 'view'))->'why_not'->>'move', 'moves', 'the page says so');
SELECT kf.service_change(t.id(100), t.id(101), NULL, '{"move_most":0}');
SELECT pg_temp.paid(1011, '2026-06-20 16:00Z'), pg_temp.mint(1011, 'move', 'never'), pg_temp.mint(1011, 'view', 'never view');
SELECT is(pg_temp.move('never', '2026-06-23 15:00Z') || ' ' || (kf.visit_doc(t.id(100), t.hash('never view'), 'view')->'why_not'->>'move'), 'KF409 moves never', 'what never moves');

-- The merchant moves without limits, but takes no slot twice.
CREATE FUNCTION pg_temp.by(p_n int, p jsonb, p_version int DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.booking_move_by(t.id(100), t.id(%s), %L, %L, kf.now())', p_n, p_version, p)) $$;
SELECT is(pg_temp.by(1010, p, v), f, p::text) FROM (VALUES ('{}'::jsonb, NULL::int, 'KF422 start'), ('{"start":"soon"}', NULL, 'KF422 start'), ('{"start":"2026-06-23T15:00:00Z","x":1}', NULL, 'KF422 x'),
    ('{"start":"2026-06-23T15:00:00Z","tell":1}', NULL, 'KF422 tell'), ('{"start":"2026-06-23T15:00:00Z","professional":"x"}', NULL, 'KF422 professional'),
    (jsonb_build_object('start', '2026-06-23T15:00:00Z', 'professional', t.id(199)), NULL, 'KF422 professional'), ('{"start":"2026-06-23T15:00:00Z"}', 1, 'KF421'),
    ('{"start":"2026-06-23T04:00:00Z"}', NULL, 'KF413 start'), ('{"start":"2026-05-23T15:00:00Z"}', NULL, 'KF413 start'), ('{"start":"2029-05-23T15:00:00Z"}', NULL, 'KF413 start'),
    ('{"start":"2026-06-11T16:00:00Z"}', NULL, 'KF412 start'), ('{"start":"2026-06-22T15:00:00Z"}', NULL, 'KF413 start')) x(p, v, f);
SELECT is(kf.booking_move_by(t.id(200), t.id(1010), NULL, '{"start":"2026-06-23T15:00:00Z"}'), NULL, 'not another business''s');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is(pg_temp.by(1010, '{"start":"2026-06-23T15:07:00Z","tell":false}'), 'ok', 'moved once more, off the grid');
SELECT is((SELECT moves || ' ' || sequence FROM kf.booking WHERE booking_id = t.id(1010)), '1 2', 'that does not count as the customer''s');
SELECT is((SELECT count(*) FROM kf.mail WHERE booking_id = t.id(1010) AND kind = 'booking_moved'), 1::bigint, 'and the customer is not told');
SELECT is(pg_temp.by(1010, '{"start":"2026-06-23T04:00:00Z","outside_hours":true}'), 'ok', 'outside of hours, if that is meant');
SELECT is((SELECT count(*) FROM kf.mail WHERE booking_id = t.id(1010) AND kind = 'booking_moved'), 2::bigint, 'told, when nothing is said');
SELECT is((SELECT (a.action, a.before->>'start', a.after->>'start')::text FROM kf.audit a WHERE a.object_id = t.id(1010)::text ORDER BY a.at DESC, a.audit_id DESC LIMIT 1),
    '(booking_moved,2026-06-23T10:07:00-05:00,2026-06-22T23:00:00-05:00)', 'in the audit log');
SELECT is(pg_temp.by(1003, '{"start":"2026-06-23T15:00:00Z"}'), 'ok', 'no such booking: null, no refusal');
SELECT t.clock('2026-06-23 04:00Z');
SELECT is(pg_temp.by(1010, '{"start":"2026-06-24T15:00:00Z"}'), 'KF409 status', 'what has begun is not moved');
SELECT t.clock('2026-06-01 12:30Z');

-- Cancelled by the link: once, and every other action link is used up.
SELECT pg_temp.mint(1002, 'view', 'view2'), pg_temp.mint(1002, 'move', 'm2'), pg_temp.mint(1002, 'cancel', 'c2'), pg_temp.mint(1002, 'cancel', 'c2b');
SELECT is(pg_temp.cancel('c2', 2999999), 'KF421 expected_cents', 'another sum than was shown');
SELECT is(pg_temp.state('c2'), 'cancel open', 'costs nothing');
SELECT is(pg_temp.cancel('c2', 3000000), 'ok', 'cancelled');
SELECT is((SELECT (h.actor, h.reason)::text FROM kf.booking_history h WHERE h.booking_id = t.id(1002) AND h.to_status = 'cancelled'), '(customer,"ya no puedo")', 'by whom and why');
SELECT is(concat_ws(', ', pg_temp.state('c2'), pg_temp.state('c2b'), pg_temp.state('m2'), pg_temp.state('view2'), pg_temp.state('view after c2')), 'cancel used, cancel used, move used, view open, view open', 'links');
SELECT is(pg_temp.cancel('c2', 3000000) || ' ' || pg_temp.cancel('c2b', 3000000) || ' ' || pg_temp.move('m2', '2026-06-12 15:00Z'), 'KF416 KF416 KF416', 'nothing more');
SELECT is((SELECT concat_ws(' ', d->>'status', d->'payment'->>'word', d->'payment'->'refunds'->0->>'amount_cents', d->'can'->>'move', d->'can'->>'cancel', d->'why_not'->>'move') FROM kf.visit_doc(t.id(100), t.hash('view2'), 'view') d),
    'cancelled refund_due 3000000 false false status', 'the page says what became of it');
SELECT is(pg_temp.act('cancel', 'ana@example.test', 'x', 'view2'), 'KF409 status', 'no way to an act from there');
SELECT is(t.refusal(format($$SELECT kf.visit_cancel(t.id(100), t.hash('cancel1'), 3000000, %L, t.hash('x'))$$, repeat('x', 501))), 'KF422 reason', 'a reason that is too long');

-- Links expire: with the booking, and a month after it.
SELECT t.clock('2026-06-02 18:00Z');
SELECT is(pg_temp.state('cancel1'), 'cancel over', 'begun: too late for an act');
SELECT is(pg_temp.state('view1'), 'view open', 'not for a look');
SELECT is(pg_temp.act('cancel', 'ana@example.test', 'x'), 'KF409 status', 'nor does a look lead to an act');
SELECT t.clock('2026-07-02 18:29:59Z');
SELECT is(pg_temp.state('view1'), 'view open', 'for thirty days');
SELECT t.clock('2026-07-02 18:30:00Z');
SELECT is(pg_temp.state('view1') || ' ' || pg_temp.doc('view1', 'view'), 'view over KF416', 'and no longer');
SELECT t.clock('2026-06-01 12:30Z');
SELECT kf.work_sweep(100);
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is(pg_temp.state('view1'), 'view open', 'the sweep leaves what is good');
SELECT t.clock('2026-12-01 12:00Z');
SELECT kf.work_sweep(1000);
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT count(*) FROM kf.visit_token), 0::bigint, 'what was over for long is forgotten');
SELECT t.clock('2026-06-01 12:40Z');

-- Paying again, by the view link.
SELECT t.hold(1, 1020, '2026-06-25 15:00Z'), t.book(1, 1020), pg_temp.mint(1020, 'view', 'pending');
SELECT is((SELECT concat_ws(' ', d->'can'->>'pay', d->>'hold_alive', d->'payment'->>'word', d->'can'->>'cancel') FROM kf.visit_doc(t.id(100), t.hash('pending'), 'view') d), 'true true open false', 'what waits to be paid');
SELECT is((SELECT concat_ws(' ', p.reference, p.charge_cents) FROM kf.visit_pay(t.id(100), t.hash('pending'), t.id(1021), kf.now()) p), t.ref(1020, 2) || ' 3000000', 'a further attempt');
SELECT t.clock('2026-06-01 12:50Z');
SELECT is(t.refusal($$SELECT * FROM kf.visit_pay(t.id(100), t.hash('pending'), t.id(1022), kf.now())$$), 'KF415', 'not once the hold is over');

-- A failure at every statement of a move: the booking is unchanged, to the last row.
SELECT t.clock('2026-06-01 12:50Z');
RESET ROLE;
CREATE TEMP TABLE fault (n int, hit int, armed boolean);
INSERT INTO fault VALUES (0, 0, false);
GRANT ALL ON fault TO PUBLIC;
CREATE FUNCTION t.fault() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT armed FROM fault) THEN
        UPDATE fault SET n = n + 1;
        IF (SELECT n = hit FROM fault) THEN
            RAISE EXCEPTION 'fault at % % %', TG_WHEN, TG_OP, TG_TABLE_NAME USING ERRCODE = 'KF998';
        END IF;
    END IF;
    RETURN NULL;
END
$$;
DO $$
DECLARE
    c regclass;
BEGIN
    FOR c IN SELECT x.oid FROM pg_class x WHERE x.relnamespace = 'kf'::regnamespace AND x.relkind = 'r' LOOP
        EXECUTE format('CREATE TRIGGER zz_fault_before BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH STATEMENT EXECUTE FUNCTION t.fault()', c);
        EXECUTE format('CREATE TRIGGER zz_fault_after AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH STATEMENT EXECUTE FUNCTION t.fault()', c);
    END LOOP;
END
$$;
SET ROLE konfirmado_app;
SELECT kf.service_change(t.id(100), t.id(101), NULL, '{"move_until_hours":0,"move_most":20}');
SELECT t.calendar(1, 5000, p => '{"read":["cal-a"],"write":"cal-a"}'), t.read(1);
CREATE FUNCTION pg_temp.fresh(p_n int, p_start timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kf.hold_create(t.id(100), t.id(p_n), 'link001', t.id(101), t.id(111), p_start, t.hash('token ' || p_n), 600, NULL, NULL, kf.now());
    PERFORM kf.booking_start(t.id(100), t.id(p_n), t.id(p_n), t.id(p_n), t.hash('token ' || p_n), 'Ana Pérez', 'ana@example.test', '+573001234567', '', 'es', NULL, kf.now());
    PERFORM t.pay(1, 'tx' || p_n, t.ref(p_n), 'APPROVED');
END
$$;
SELECT pg_temp.fresh(1030, '2026-06-26 15:00Z'), pg_temp.mint(1030, 'move', 'fault'), pg_temp.mint(1030, 'cancel', 'fault cancel');
-- All data, in one hash.
CREATE FUNCTION pg_temp.everything() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v text := '';
    v_one text;
    c text;
BEGIN
    FOR c IN SELECT x.relname FROM pg_class x JOIN pg_attribute a ON a.attrelid = x.oid AND a.attname = 'tenant_id'
             WHERE x.relnamespace = 'kf'::regnamespace AND x.relkind = 'r' ORDER BY 1 LOOP
        EXECUTE format('SELECT md5(string_agg(x::text, '' '' ORDER BY x::text)) FROM kf.%I x', c) INTO v_one;
        v := v || c || coalesce(v_one, '') || ' ';
    END LOOP;
    RETURN v;
END
$$;
-- The action, interrupted at its first statement, its second, and so on, until it succeeds.
CREATE FUNCTION pg_temp.faults(p_sql text) RETURNS TABLE (cut int, changed int, words text) LANGUAGE plpgsql AS $$
DECLARE
    v_was text := pg_temp.everything();
BEGIN
    cut := 0;
    changed := 0;
    LOOP
        UPDATE fault SET n = 0, hit = cut + 1, armed = true;
        BEGIN
            EXECUTE p_sql;
            UPDATE fault SET armed = false;
            EXIT;
        EXCEPTION WHEN SQLSTATE 'KF998' THEN
            words := concat_ws(', ', words, SQLERRM);
            UPDATE fault SET armed = false;
        END;
        cut := cut + 1;
        changed := changed + (pg_temp.everything() <> v_was)::int;
        EXIT WHEN cut > 200;
    END LOOP;
    RETURN NEXT;
END
$$;
CREATE TEMP TABLE cut AS SELECT * FROM pg_temp.faults($$SELECT kf.visit_move(t.id(100), t.hash('fault'), '2026-06-27 15:00Z', t.id(112), t.hash('after fault'), kf.now())$$);
SELECT cmp_ok((SELECT cut FROM cut), '>', 20, 'a move is cut off at many places');
SELECT is((SELECT changed FROM cut), 0, 'and nothing of it stays at any of them');
SELECT is((SELECT concat_ws(' ', kf.iso(slot_start), version, right(professional_id::text, 3)) FROM kf.booking WHERE booking_id = t.id(1030)), '2026-06-27T15:00:00Z 3 112', 'then it is moved');
SELECT is((SELECT string_agg(c.state, ' ' ORDER BY c.slot_start) FROM kf.claim c WHERE c.slot_start IN ('2026-06-26 15:00Z', '2026-06-27 15:00Z')), 'ended booked', 'one time is its own');
SELECT is((SELECT string_agg(concat_ws(' ', x.wanted, x.state), ', ') FROM kf.calendar_event x WHERE x.booking_id = t.id(1030)), 'absent due', 'the former professional''s event goes');
CREATE TEMP TABLE cut2 AS SELECT * FROM pg_temp.faults($$SELECT kf.visit_cancel(t.id(100), t.hash('fault cancel'), (SELECT (kf.refund_terms(b, kf.now())->>'refund_cents')::bigint FROM kf.booking b WHERE b.booking_id = t.id(1030)), '', t.hash('after cancel'))$$);
SELECT is((SELECT (cut > 15, changed)::text FROM cut2), '(t,0)', 'a cancellation likewise');
SELECT is(t.status(1, 1030), 'cancelled refund_due', 'then it is cancelled');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
