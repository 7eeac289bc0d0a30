-- Bookings as the merchant sees, makes, cancels and marks them.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SET plan_cache_mode = force_generic_plan;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2), t.tenant(3, p_callback => NULL);
SELECT is(kf.booking_page(t.id(100), '{}'), '{"items":[],"next":null}'::jsonb, 'nothing yet');

-- The document of a manual booking of tenant p_n; a null in p removes a member.
CREATE FUNCTION pg_temp.doc(p jsonb DEFAULT '{}', p_n int DEFAULT 1) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object('service', t.id(p_n * 100 + 1), 'professional', t.id(p_n * 100 + 11), 'start', '2026-06-02T09:00:00-05:00',
        'customer', '{"name":"Óscar Muñoz","email":"oscar_m@example.test","phone":"+573009998877"}'::jsonb) || p) $$;
CREATE FUNCTION pg_temp.add(p_id int, p jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.booking_add(%L, %L, %L)', t.id(100), t.id(p_id), pg_temp.doc(p))) $$;
CREATE FUNCTION pg_temp.ids(p jsonb, p_n int DEFAULT 1) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(ltrim(right(e->>'id', 12), '0'), ' ' ORDER BY n), '')
    FROM jsonb_array_elements(kf.booking_page(t.id(p_n * 100), p)->'items') WITH ORDINALITY x(e, n) $$;

-- Manual bookings: each invalid field.
SELECT is(pg_temp.add(1900, p), f, p::text) FROM (VALUES ('{"service":null}'::jsonb, 'KF422 service'), ('{"service":"x"}', 'KF422 service'), (jsonb_build_object('service', t.id(201)), 'KF422 service'),
    ('{"professional":null}', 'KF422 professional'), (jsonb_build_object('professional', t.id(211)), 'KF422 professional'), ('{"start":null}', 'KF422 start'),
    ('{"start":"2026-06-02"}', 'KF422 start'), ('{"start":"2026-02-30T09:00:00Z"}', 'KF422 start'), ('{"start":"2026-05-31T11:00:00Z"}', 'KF413 start'),
    ('{"start":"2028-12-01T14:00:00Z"}', 'KF413 start'), ('{"customer":null}', 'KF422 customer'), ('{"customer":"Ana"}', 'KF422 customer'), ('{"customer":{}}', 'KF422 customer.name'),
    ('{"customer":{"name":"A","email":"a@b.co"}}', 'KF422 customer.name'), ('{"customer":{"name":"Ana","email":"a"}}', 'KF422 customer.email'), ('{"customer":{"name":"Ana"}}', 'KF422 customer.email'),
    ('{"customer":{"name":"Ana","email":"a@b.co","phone":"300"}}', 'KF422 customer.phone'), ('{"customer":{"name":"Ana","email":"a@b.co","id":1}}', 'KF422 customer.id'),
    (jsonb_build_object('notes', repeat('x', 1001)), 'KF422 notes'), ('{"language":"fr"}', 'KF422 language'), ('{"outside_hours":1}', 'KF422 outside_hours'),
    ('{"status":"paid"}', 'KF422 status'), ('{"charge_cents":0}', 'KF422 charge_cents'),
    ('{"start":"2026-06-02T07:30:00-05:00"}', 'KF413 start'), ('{"start":"2026-06-02T11:45:00-05:00"}', 'KF413 start')) x(p, f);
SELECT is(pg_temp.ids('{}'), '', 'nothing of that is there');

-- Manual bookings: valid.
SELECT is((SELECT (d - ARRAY['history', 'terms', 'callbacks', 'mails', 'id', 'service', 'professional']) FROM kf.booking_add(t.id(100), t.id(1101), pg_temp.doc('{"notes":"hola"}')) d),
    '{"status": "confirmed", "version": 1, "source": "manual", "start": "2026-06-02T09:00:00-05:00", "end": "2026-06-02T09:30:00-05:00", "customer": {"name": "Óscar Muñoz",
    "email": "oscar_m@example.test", "phone": "+573009998877"}, "price_cents": 12000000, "charge_cents": 0, "currency": "COP", "paid": false, "attempts": [], "payments": [], "refunds": [],
    "timezone": "America/Bogota", "created_at": "2026-06-01T07:00:00-05:00", "updated_at": "2026-06-01T07:00:00-05:00", "hold_expires_at": "2026-06-01T07:00:00-05:00", "language": "es",
    "customer_zone": "America/Bogota", "notes": "hola", "metadata": {}, "accepted_terms_at": null, "payment": "none", "link": null, "calendar": null, "conflicts": [], "can": {"cancel": true, "move": true, "complete": false, "no_show": false},
    "moves": 0, "sequence": 0, "reminders": true, "erased_at": null,
    "policy": {"tiers": [{"hours": 24, "percent": 100}], "deposit_rule": "tiers", "no_show_rule": "keep", "move_until_hours": 12, "move_most": 2},
    "refund": {"paid_cents": 0, "refund_cents": 0, "kept_cents": 0, "percent": 100, "tier_hours": 24, "currency": "COP", "until": "2026-06-01T14:00:00Z", "next_percent": 0, "method": "none"}}'::jsonb, 'made by hand');
SELECT is((SELECT kf.booking_doc(t.id(100), t.id(1101))->'terms') - ARRAY['policy', 'professional_name', 'professional_zone', 'terms_url', 'tenant_name', 'tenant_zone'],
    '{"service_name": "Consulta", "duration_min": 30, "charge_type": "partial_percent", "deposit_percent": 25, "price_cents": 12000000, "charge_cents": 0, "currency": "COP"}'::jsonb, 'its terms, with their sums');
SELECT ok(NOT b.terms ?| ARRAY['price_cents', 'charge_cents', 'currency'], 'which are kept once') FROM kf.booking b WHERE b.booking_id = t.id(1101);
SELECT is(kf.booking_doc(t.id(100), t.id(1101))->'history', '[{"version": 1, "from": null, "to": "confirmed", "actor": "merchant", "actor_name": "", "reason": "by hand",
    "at": "2026-06-01T07:00:00-05:00", "facts": null}]'::jsonb, 'with its history');
SELECT is(t.told(1, 1101), 'booking.paid', 'the merchant''s system is told');
SELECT is((SELECT facts->'customer'->'accepted_terms' FROM kf.outbox WHERE booking_id = t.id(1101)), 'false', 'that nobody accepted terms');
SELECT is((SELECT state FROM kf.claim WHERE claim_id = (SELECT claim_id FROM kf.booking WHERE booking_id = t.id(1101))), 'booked', 'the time is taken');
SELECT is(t.refusal('SELECT t.hold(1, 1001, ''2026-06-02 14:15Z'')'), 'KF412 start', 'for customers');
SELECT is(pg_temp.add(1102, '{"start":"2026-06-02T09:15:00-05:00"}'), 'KF412 start', 'and for the merchant');
SELECT is(pg_temp.add(1102, '{"start":"2026-06-02T09:15:00-05:00","outside_hours":true}'), 'KF412 start', 'whatever is meant');
SELECT is(pg_temp.add(1102, '{"start":"2026-06-02T09:37:00-05:00"}'), 'ok', 'off the grid');
SELECT is(pg_temp.add(1103, '{"start":"2026-06-02T20:00:00-05:00","outside_hours":true}'), 'ok', 'outside of working hours, if it is meant');
SELECT kf.service_change(t.id(100), t.id(101), NULL, '{"notice_min":10000,"horizon_days":1}');
SELECT is(pg_temp.add(1104, '{"start":"2026-06-01T08:00:00-05:00"}'), 'ok', 'without notice');
SELECT is(pg_temp.add(1105, '{"start":"2026-08-03T08:00:00-05:00"}'), 'ok', 'beyond the horizon');
SELECT is(pg_temp.add(1106, '{"start":"2026-06-01T06:30:00-05:00","outside_hours":true}'), 'ok', 'somebody who is here already');
SELECT kf.service_change(t.id(100), t.id(101), NULL, '{"max_per_day":3,"notice_min":0,"horizon_days":60}');
SELECT is(pg_temp.add(1107, '{"start":"2026-06-02T14:00:00-05:00"}'), 'KF414 start', 'the day is full');
SELECT kf.service_change(t.id(100), t.id(101), NULL, '{"max_per_day":null}'), kf.service_archive(t.id(100), t.id(101), NULL);
SELECT is(pg_temp.add(1107, '{"start":"2026-06-02T14:00:00-05:00"}'), 'KF422 service', 'an archived service');
SELECT kf.service_restore(t.id(100), t.id(101), NULL), kf.professional_archive(t.id(100), t.id(111), NULL);
SELECT is(pg_temp.add(1107, '{"start":"2026-06-02T14:00:00-05:00"}'), 'KF422 professional', 'an archived professional');
SELECT kf.professional_restore(t.id(100), t.id(111), NULL);
-- An expired hold does not block the slot.
SELECT t.hold(1, 1002, '2026-06-02 19:00Z');
SELECT is(pg_temp.add(1107, '{"start":"2026-06-02T14:00:00-05:00"}'), 'KF412 start', 'held by a customer');
SELECT t.clock('2026-06-01 12:10Z');
SELECT is(pg_temp.add(1107, '{"start":"2026-06-02T14:00:00-05:00"}'), 'ok', 'until the hold has run out');

-- A booking of a customer, in full.
SELECT t.hold(1, 1003, '2026-06-03 13:00Z'), t.book(1, 1003), t.pay(1, 'tx3', t.ref(1003), 'APPROVED');
SELECT is((SELECT (d->>'status', d->>'paid', d->>'payment', d->>'source', d->'link'->>'public_id', d->'payments'->0->>'tx_id', d->'attempts'->0->>'reference', d->'callbacks'->0->>'event',
    d->'callbacks'->0->'log', jsonb_array_length(d->'history'))::text FROM kf.booking_doc(t.id(100), t.id(1003)) d),
    format('(paid,true,approved,link,link001,tx3,%s,booking.paid,[],2)', t.ref(1003)), 'everything about a booking');
SELECT is(kf.booking_doc(t.id(200), t.id(1003)), NULL, 'for its own business alone');
SELECT is(kf.booking_doc(t.id(100), t.id(1999)), NULL, 'no such booking');

-- Cancelling.
SELECT is(t.refusal(format('SELECT kf.booking_cancel_by(%L, %L, 1, ''{}'')', t.id(100), t.id(1003))), 'KF421', 'another version');
SELECT is(t.refusal(format('SELECT kf.booking_cancel_by(%L, %L, NULL, %L)', t.id(100), t.id(1003), p)), f, p) FROM (VALUES ('{"reason":7}', 'KF422 reason'), ('{"x":1}', 'KF422 x')) x(p, f);
SELECT is(kf.booking_cancel_by(t.id(200), t.id(1003), NULL, '{}'), NULL, 'not by another business');
SELECT is(t.status(1, 1003), 'paid approved', 'it stands');
SELECT kf.actor_set(t.id(100), '{"kind":"staff","name":"eva@example.test","ip":"192.0.2.1"}', true);
SELECT is((SELECT (d->>'status', d->>'payment', d->'refunds'->0->>'state', d->'refunds'->0->>'reason', d->'can')::text FROM kf.booking_cancel_by(t.id(100), t.id(1003), 2, '{"reason":"enferma"}') d),
    '(cancelled,refund_due,due,cancelled,"{""move"": false, ""cancel"": false, ""no_show"": false, ""complete"": false}")', 'cancelled, and the money goes back');
SELECT is((SELECT (h->>'to', h->>'actor', h->>'actor_name', h->>'reason')::text FROM jsonb_array_elements(kf.booking_doc(t.id(100), t.id(1003))->'history') h ORDER BY h->'version' DESC LIMIT 1),
    '(cancelled,merchant,eva@example.test,enferma)', 'by whom and why');
SELECT is((SELECT (a.actor_name, a.ip, a.object_id, a.before->>'status', a.after->>'reason')::text FROM kf.audit a WHERE a.action = 'booking_cancelled'),
    format('(eva@example.test,192.0.2.1,%s,paid,enferma)', t.id(1003)), 'in the audit log too');
SELECT is(t.refusal(format('SELECT kf.booking_cancel_by(%L, %L, NULL, ''{}'')', t.id(100), t.id(1003))), 'KF409', 'once');
SELECT is(t.refusal('SELECT t.hold(1, 1004, ''2026-06-03 13:00Z'')'), 'ok', 'the time is free again');

-- Attendance and no-shows.
CREATE FUNCTION pg_temp.mark(p_id int, p_status text, p_version int DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.booking_mark(%L, %L, %L, %L)', t.id(100), t.id(p_id), p_version, jsonb_build_object('status', p_status))) $$;
SELECT is(pg_temp.mark(1101, 'completed'), 'KF409', 'not before it begins');
SELECT t.clock('2026-06-02 14:00Z');
SELECT is(pg_temp.mark(1101, 'completed', 7), 'KF421', 'another version');
SELECT is(pg_temp.mark(1101, 'confirmed'), 'KF422 status', 'nothing else');
SELECT is(pg_temp.mark(1101, 'completed'), 'ok', 'came');
SELECT is((SELECT (d->>'status', d->>'version', d->'can')::text FROM kf.booking_doc(t.id(100), t.id(1101)) d), '(completed,2,"{""move"": false, ""cancel"": false, ""no_show"": true, ""complete"": false}")', 'it says so');
SELECT is(pg_temp.mark(1101, 'completed'), 'KF409', 'once');
SELECT is(pg_temp.mark(1101, 'no_show'), 'ok', 'or rather not');
SELECT is(pg_temp.mark(1003, 'no_show'), 'KF409', 'who cancelled is not missed');
SELECT is(kf.booking_mark(t.id(200), t.id(1101), NULL, '{"status":"completed"}'), NULL, 'not by another business');
SELECT is(kf.booking_doc(t.id(100), t.id(1101))->>'status', 'no_show', 'it stands');

-- The list.
SELECT is(pg_temp.ids('{}'), '1105 1003 1103 1107 1102 1101 1104 1106', 'newest first');
SELECT is(pg_temp.ids('{"order":"oldest"}'), '1106 1104 1101 1102 1107 1103 1003 1105', 'or oldest');
SELECT is(pg_temp.ids('{"status":"no_show"}'), '1101', 'by status');
SELECT is(pg_temp.ids(jsonb_build_object('service', t.id(102))), '', 'by service');
SELECT is(pg_temp.ids(jsonb_build_object('professional', t.id(111), 'status', 'cancelled')), '1003', 'by professional and status');
SELECT is(pg_temp.ids(jsonb_build_object('link', t.id(121))), '1003', 'by link');
SELECT is(pg_temp.ids('{"from":"2026-06-02","to":"2026-06-02"}'), '1103 1107 1102 1101', 'by days of the zone of the business');
SELECT is(pg_temp.ids('{"from":"2026-06-03"}'), '1105 1003', 'from a day');
SELECT is(pg_temp.ids('{"to":"2026-06-01"}'), '1104 1106', 'to a day');
SELECT is(pg_temp.ids(jsonb_build_object('search', s)), w, 'search: ' || s) FROM (VALUES ('perez', '1003'), ('PÉREZ', '1003'), ('ana perez', '1003'), ('perez ana', '1003'), ('pe', '1003'),
    ('re', ''), ('rez', '1003'), ('ana@example', '1003'), ('300 123-4567', '1003'), ('+57 300 123', '1003'), ('ana muñoz', ''), ('oscar_m', '1105 1103 1107 1102 1101 1104 1106'), ('oscar%m', ''), ('p%z', ''),
    ('\\', ''), ('na pe', '')) x(s, w);
SELECT is(pg_temp.ids('{"search":"munoz","from":"2026-06-03","status":"confirmed","order":"oldest"}'), '1105', 'search with filters');
SELECT is(t.refusal(format('SELECT kf.booking_page(%L, %L)', t.id(100), p)), f, p) FROM (VALUES ('{"status":"gone"}', 'KF422 status'), ('{"service":"x"}', 'KF422 service'), ('{"professional":1}', 'KF422 professional'),
    ('{"link":"x"}', 'KF422 link'), ('{"from":"x"}', 'KF422 from'), ('{"to":"2026-02-30"}', 'KF422 to'), ('{"from":"2026-06-02","to":"2026-06-01"}', 'KF422 to'), ('{"search":"x"}', 'KF422 search'), ('{"search":"x y"}', 'KF422 search'),
    ('{"order":"best"}', 'KF422 order'), ('{"after":"x"}', 'KF422 after'), ('{"limit":0}', 'KF422 limit'), ('{"tenant_id":"x"}', 'KF422 tenant_id'), ('[]', 'KF422')) x(p, f);
SELECT is(kf.booking_page(t.id(100), '{"search":"rez"}')->'items'->0, '{"id": "00000000-0000-7000-8000-000000001003", "status": "cancelled", "version": 4, "source": "link", "start": "2026-06-03T08:00:00-05:00",
    "end": "2026-06-03T08:30:00-05:00", "service": {"id": "00000000-0000-7000-8000-000000000101", "name": "Consulta"}, "professional": {"id": "00000000-0000-7000-8000-000000000111", "name": "Professional 1"},
    "customer": {"name": "Ana Pérez", "email": "ana@example.test", "phone": "+573001234567"}, "price_cents": 12000000, "charge_cents": 3000000, "currency": "COP", "paid": false}'::jsonb, 'a line of it');
-- Page by page, in either order, with several bookings of the same instant.
SELECT kf.booking_add(t.id(100), t.id(1120), pg_temp.doc(jsonb_build_object('professional', t.id(112), 'start', '2026-06-02T20:00:00-05:00', 'outside_hours', true)));
CREATE FUNCTION pg_temp.walk(p jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v jsonb;
    v_ids text[] := '{}';
BEGIN
    LOOP
        v := kf.booking_page(t.id(100), p || '{"limit":2}');
        v_ids := v_ids || (SELECT string_agg(ltrim(right(e->>'id', 12), '0'), ' ' ORDER BY n) FROM jsonb_array_elements(v->'items') WITH ORDINALITY x(e, n));
        EXIT WHEN v->>'next' IS NULL OR cardinality(v_ids) > 20;
        p := p || jsonb_build_object('after', v->'next');
    END LOOP;
    RETURN array_to_string(v_ids, '|');
END
$$;
SELECT is(pg_temp.walk('{}'), '1105 1003|1120 1103|1107 1102|1101 1104|1106', 'page by page');
SELECT is(pg_temp.walk('{"order":"oldest"}'), '1106 1104|1101 1102|1107 1103|1120 1003|1105', 'backwards');
SELECT is(pg_temp.walk('{"search":"munoz","status":"confirmed"}'), '1105 1120|1103 1107|1102 1104|1106', 'of what was looked for');
-- No tenant sees another's data, whichever tenant was set before.
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is(pg_temp.ids('{"search":"munoz"}', 2), '', 'another business finds nothing');
SELECT is(kf.booking_page(t.id(900), '{"search":"munoz"}'), '{"items":[],"next":null}'::jsonb, 'nor does nobody');
SELECT set_config('kf.tenant', '', true);
CREATE FUNCTION pg_temp.matches(p_limit int) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(ltrim(right(booking_id::text, 12), '0'), ' ' ORDER BY n)
    FROM kf.booking_matches('{}', ARRAY['munoz'], NULL, NULL, NULL, p_limit) WITH ORDINALITY q(slot_start, booking_id, n) $$;
SELECT is(pg_temp.matches(100), NULL, 'the directory finds nothing for nobody');
SELECT set_config('kf.tenant', t.id(200)::text, true);
SELECT is(pg_temp.matches(100), NULL, 'nor for another');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is(pg_temp.matches(100), '1105 1120 1103 1107 1102 1101 1104 1106', 'but for its own');
SELECT is(pg_temp.matches(3), '1105 1120 1103', 'as many as are wanted');
SELECT is(pg_temp.ids('{"search":"munoz"}'), '1105 1120 1103 1107 1102 1101 1104 1106', 'found either way');

-- Without a callback URL nothing is sent. In two zones each reads its own time.
SELECT kf.booking_add(t.id(300), t.id(3101), pg_temp.doc('{}', 3));
SELECT is(t.told(3, 3101), NULL, 'nobody to tell');
SELECT kf.branding_change(t.id(300), NULL, '{"time_zone":"Europe/Madrid"}');
SELECT is(kf.booking_page(t.id(300), '{}')->'items'->0->>'start', '2026-06-02T16:00:00+02:00', 'in the zone of the business');
SELECT * FROM finish();
ROLLBACK;
