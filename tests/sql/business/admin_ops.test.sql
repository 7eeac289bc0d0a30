-- Messages, secrets, payments that need a decision, the calendar, the audit log, reports.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SET plan_cache_mode = force_generic_plan;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2), t.tenant(3, p_callback => NULL);
CREATE FUNCTION pg_temp.page(p_what text, p jsonb DEFAULT '{}', p_n int DEFAULT 1) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    v jsonb;
BEGIN
    EXECUTE format('SELECT kf.%s_page(%L, %L)', p_what, t.id(p_n * 100), p) INTO v;
    RETURN v;
END
$$;
-- One member of every item.
CREATE FUNCTION pg_temp.column(p jsonb, p_member text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(e->>p_member, ' ' ORDER BY n), '') FROM jsonb_array_elements(p->'items') WITH ORDINALITY x(e, n) $$;
CREATE FUNCTION pg_temp.refused(p_what text, p jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.%s(%L, %L)', p_what, t.id(100), p)) $$;

-- No data: empty, not an error.
SELECT is(pg_temp.page(w, p_n => 9), '{"items":[],"next":null}'::jsonb, 'nobody''s list is empty: ' || w) FROM unnest(ARRAY['message', 'refund', 'credit', 'audit', 'booking', 'service', 'professional', 'link', 'closed_day']) w;
SELECT is(pg_temp.refused(f || '_page', p), e, f || ' ' || p) FROM unnest(ARRAY['message', 'refund', 'credit', 'audit']) f,
    (VALUES ('{"limit":0}'::jsonb, 'KF422 limit'), ('{"after":"x"}', 'KF422 after'), ('{"tenant_id":"x"}', 'KF422 tenant_id'), ('7', 'KF422')) x(p, e);
SELECT is(pg_temp.refused(f, p), e, f || p) FROM (VALUES ('message_page', '{"state":"gone"}'::jsonb, 'KF422 state'), ('message_page', '{"event":"a b"}', 'KF422 event'),
    ('message_page', '{"booking":"x"}', 'KF422 booking'), ('refund_page', '{"state":"gone"}', 'KF422 state'), ('credit_page', '{"state":"gone"}', 'KF422 state'),
    ('audit_page', '{"action":"DROP"}', 'KF422 action'), ('audit_page', '{"object_type":"a b"}', 'KF422 object_type'), ('audit_page', '{"object_id":""}', 'KF422 object_id'),
    ('audit_page', '{"actor":7}', 'KF422 actor'), ('audit_page', '{"from":"x"}', 'KF422 from'), ('audit_page', '{"to":"2026-02-30"}', 'KF422 to'),
    ('calendar_read', '{}', 'KF422 from'), ('calendar_read', '{"from":"2026-06-01"}', 'KF422 to'), ('calendar_read', '{"from":"2026-06-02","to":"2026-06-01"}', 'KF422 to'),
    ('calendar_read', '{"from":"2026-06-01","to":"2026-07-06"}', 'KF422 to'), ('calendar_read', '{"from":"2026-06-01","to":"2026-07-05"}', 'ok'),
    ('calendar_read', '{"from":"2026-06-01","to":"2026-06-01","professional":"x"}', 'KF422 professional'), ('calendar_read', '{"from":"2026-06-01","to":"2026-06-01","x":1}', 'KF422 x'),
    ('figures_read', '{"days":8}', 'KF422 days'), ('figures_read', '{"days":"7"}', 'KF422 days'), ('figures_read', '{"x":7}', 'KF422 x'), ('figures_read', '{}', 'ok')) x(f, p, e);

-- Messages.
SELECT t.hold(1, 1001, '2026-06-02 13:00Z'), t.book(1, 1001), t.pay(1, 'tx1', t.ref(1001), 'APPROVED');
SELECT is(t.refusal(format('SELECT kf.message_test(%L)', t.id(300))), 'KF409', 'no address to test');
SELECT is((SELECT (d->>'event', d->>'booking', d->>'state', d->>'body', d->'log')::text FROM kf.message_test(t.id(100)) d), '(callback.test,,due,,[])', 'a test');
SELECT message_id AS test FROM kf.outbox WHERE event = 'callback.test' \gset
SELECT message_id AS paid FROM kf.outbox WHERE event = 'booking.paid' \gset
-- All items have the same shape: each member has the same type of value.
CREATE FUNCTION pg_temp.shape(p jsonb, p_path text DEFAULT '') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    e record;
BEGIN
    FOR e IN SELECT * FROM jsonb_each(p) LOOP
        RETURN NEXT p_path || e.key || CASE WHEN e.key = 'payment' THEN '' ELSE ' ' || jsonb_typeof(e.value) END;
        IF jsonb_typeof(e.value) = 'object' AND e.key <> 'payment' THEN
            RETURN QUERY SELECT * FROM pg_temp.shape(e.value, p_path || e.key || '.');
        END IF;
    END LOOP;
END
$$;
SELECT set_eq(format('SELECT pg_temp.shape((SELECT facts FROM kf.outbox WHERE message_id = %L))', :'test'),
    format('SELECT pg_temp.shape((SELECT facts FROM kf.outbox WHERE message_id = %L))', :'paid'), 'a test tells what every message tells');
SELECT is((SELECT facts->'payment' FROM kf.outbox WHERE message_id = :'test'), 'null', 'but for money');
SELECT is((SELECT count(*) FROM kf.work_messages(10, 60, 10) WHERE message_id = :'test'), 1::bigint, 'it is handed out');
SELECT is((SELECT state FROM kf.message_result(t.id(100), :'test', 200, 45, '192.0.2.7', NULL, '\x6f6bc3', NULL, 0)), 'done', 'and acknowledged');
SELECT is((SELECT (d->>'state', d->>'done_at', d->'last'->>'status', d->'log'->0->>'answer', d->'log'->0->>'remote_ip')::text FROM kf.message_doc(t.id(100), :'test') d),
    '(done,2026-06-01T07:00:00-05:00,200,"ok\\303",192.0.2.7)', 'its sending is shown, whatever was answered');
SELECT is(kf.message_doc(t.id(200), :'test'), NULL, 'to its own business alone');
SELECT is(kf.message_doc(t.id(100), 'msg_none'), NULL, 'no such message');
SELECT is(kf.message_again(t.id(200), :'test'), NULL, 'nor sent by another');
SELECT is((SELECT state FROM kf.outbox WHERE message_id = :'test'), NULL, 'nothing of it is seen there');
SELECT is(kf.message_again(t.id(100), :'test')->>'state', 'due', 'sent once more');
SELECT is(t.refusal(format('SELECT kf.message_again(%L, %L)', t.id(100), :'paid')), 'KF409', 'not while it is being sent');
SELECT kf.message_test(t.id(100)) FROM generate_series(1, 4);
SELECT is(t.refusal(format('SELECT kf.message_test(%L)', t.id(100))), 'KF429', 'five tests in a minute');
SELECT t.clock('2026-06-01 12:02Z');
SELECT is(t.refusal(format('SELECT kf.message_test(%L)', t.id(100))), 'ok', 'and more a minute later');
SELECT kf.message_result(t.id(100), :'test', 410, 5, '192.0.2.7', NULL, '', NULL, 0);
SELECT is(t.refusal(format('SELECT kf.message_test(%L)', t.id(100))), 'KF409', 'not to an address that is gone');
SELECT is(t.refusal(format('SELECT kf.message_again(%L, %L)', t.id(100), :'test')), 'KF409', 'nor once more');
SELECT is(pg_temp.column(pg_temp.page('message', '{"state":"dead"}'), 'id'), :'test', 'by state');
SELECT is(pg_temp.column(pg_temp.page('message', '{"event":"booking.paid"}'), 'id'), :'paid', 'by event');
SELECT is(pg_temp.column(pg_temp.page('message', jsonb_build_object('booking', t.id(1001))), 'id'), :'paid', 'by booking');
SELECT is(pg_temp.column(pg_temp.page('message', '{"state":"due"}'), 'event'), 'callback.test callback.test callback.test callback.test callback.test', 'those that wait');
SELECT is(pg_temp.column(pg_temp.page('message', jsonb_build_object('limit', 3)), 'id') || ' ' ||
          pg_temp.column(pg_temp.page('message', jsonb_build_object('after', pg_temp.page('message', '{"limit":3}')->'next')), 'id'),
    (SELECT string_agg(message_id, ' ' ORDER BY created_at DESC, message_id DESC) FROM kf.outbox), 'page by page');
SELECT is((SELECT disabled_at FROM jsonb_to_record(kf.figures_read(t.id(100), '{}')->'callback_health') x(disabled_at text)), '2026-06-01T07:02:00-05:00', 'told of in the figures');
SELECT is(t.refusal(format($$INSERT INTO kf.outbox (tenant_id, message_id, event, version, facts, url, next_attempt_at, created_at)
    VALUES (%L, 'msg_0000000000000000', 'booking.paid', 1, '{}', 'x', now(), now())$$, t.id(100))), '23514', 'only a test is about no booking');

-- Secrets.
SELECT t.clock('2026-06-01 12:00Z');
SELECT kf.callback_secret_add(t.id(100), t.id(132), 'sealed-new', 7200);
SELECT is(jsonb_path_query_array(kf.secret_list(t.id(100)), '$.items[*].current'), '[true,false]', 'a new secret, the old one lives on');
SELECT is(kf.secret_list(t.id(100))->'items'->1->>'expires_at', '2026-06-01T09:00:00-05:00', 'for two hours');
SELECT ok(kf.secret_list(t.id(100))::text !~ 'sealed', 'without what they are');
SELECT t.clock('2026-06-01 14:00:01Z');
SELECT is(jsonb_array_length(kf.secret_list(t.id(100))->'items'), 1, 'which is not listed');

-- Refunds.
SELECT t.clock('2026-06-01 12:00Z');
SELECT kf.booking_cancel_by(t.id(100), t.id(1001), NULL, '{}');
SELECT pg_temp.column(pg_temp.page('refund'), 'id') AS refund \gset
SELECT is((pg_temp.page('refund')->'items'->0) - ARRAY['id', 'payment', 'last_error', 'provider_ref', 'done_at'], '{"state": "due", "reason": "cancelled", "owner": "provider", "due_at": "2026-06-01T07:00:00-05:00",
    "attempts": 0, "amount_cents": 3000000, "currency": "COP", "note": "", "created_at": "2026-06-01T07:00:00-05:00", "todo": "wait", "booking": {"id": "00000000-0000-7000-8000-000000001001",
    "status": "cancelled", "start": "2026-06-02T08:00:00-05:00", "customer_name": "Ana Pérez", "service_name": "Consulta"}}'::jsonb, 'a refund, with what to do');
SELECT is(t.refusal(format('SELECT kf.refund_done(%L, %L, ''{}'')', t.id(100), :'refund')), 'KF409', 'the provider is at it');
SELECT count(*) FROM kf.work_refunds(10, 60);
SELECT is(t.refusal(format('SELECT kf.refund_retry(%L, %L)', t.id(100), :'refund')), 'KF409', 'at this moment');
SELECT kf.refund_result(t.id(100), :'refund', 'manual', NULL, 'no void');
SELECT is(pg_temp.page('refund', '{"state":"manual"}')->'items'->0->>'todo', 'refund_by_hand', 'now it is the merchant''s turn');
SELECT is(kf.refund_done(t.id(200), :'refund', '{}'), NULL, 'not another''s');
SELECT is(kf.refund_retry(t.id(200), :'refund'), NULL, 'neither way');
SELECT is((SELECT (d->>'state', d->>'owner')::text FROM kf.refund_retry(t.id(100), :'refund') d), '(due,provider)', 'once more by the provider');
SELECT kf.refund_result(t.id(100), :'refund', 'manual', NULL, 'no void');
SELECT is(t.refusal(format('SELECT kf.refund_done(%L, %L, %L)', t.id(100), :'refund', p)), f, p) FROM (VALUES ('{"note":7}', 'KF422 note'), ('{"state":"done"}', 'KF422 state')) x(p, f);
SELECT is((SELECT (d->>'state', d->>'note', d->>'todo', d->>'done_at')::text FROM kf.refund_done(t.id(100), :'refund', '{"note":"en efectivo"}') d), '(done,"en efectivo",none,2026-06-01T07:00:00-05:00)', 'given back by hand');
SELECT is(t.refusal(format('SELECT kf.refund_done(%L, %L, ''{}'')', t.id(100), :'refund')), 'KF409', 'once');
SELECT is(t.refusal(format('SELECT kf.refund_retry(%L, %L)', t.id(100), :'refund')), 'KF409', 'nor asked again');
SELECT is(t.told(1, 1001), 'booking.paid booking.cancelled payment.refund_due refund.succeeded', 'and told');
SELECT is(pg_temp.column(pg_temp.page('refund', jsonb_build_object('state', s)), 'state'), w, 'refunds ' || s) FROM (VALUES ('open', ''), ('due', ''), ('manual', ''), ('done', 'done')) x(s, w);
SELECT is(t.ledger(1), '3000000=0+0+0+3000000', 'the ledger holds');

-- Payments that were set aside.
SELECT t.hold(1, 1002, '2026-06-02 14:00Z'), t.book(1, 1002), t.pay(1, 'tx2', t.ref(1002), 'APPROVED', 5);
SELECT t.pay(1, 'tx3', 'kf-unknown', 'APPROVED', 7);
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT payment_id AS odd FROM kf.payment WHERE provider_tx_id = 'tx2' \gset
SELECT payment_id AS lost FROM kf.payment WHERE provider_tx_id = 'tx3' \gset
SELECT is((SELECT (e->>'reason', e->>'amount_cents', e->>'expected_cents', e->'booking'->>'id', e->'choices')::text FROM jsonb_array_elements(pg_temp.page('credit')->'items') e WHERE e->>'id' = :'odd'),
    format('(amount,5,3000000,%s,"[""refund"", ""keep""]")', t.id(1002)), 'what came, what was expected, what can be done');
SELECT is((SELECT (e->>'reason', e->>'expected_cents', e->>'booking')::text FROM jsonb_array_elements(pg_temp.page('credit')->'items') e WHERE e->>'id' = :'lost'), '(reference,,)', 'of no booking of ours');
SELECT is(t.refusal(format('SELECT kf.credit_resolve(%L, %L, %L)', t.id(100), :'odd', p)), f, p) FROM (VALUES ('{}', 'KF422 action'), ('{"action":"spend"}', 'KF422 action'), ('{"action":"keep","note":7}', 'KF422 note'), ('{"action":"keep","x":1}', 'KF422 x')) x(p, f);
SELECT is(kf.credit_resolve(t.id(200), :'odd', '{"action":"keep"}'), NULL, 'not by another');
SELECT is((SELECT (d->>'payment_state', d->'choices', d->>'resolved_at')::text FROM kf.credit_resolve(t.id(100), :'odd', '{"action":"refund"}') d), '(refund_due,[],2026-06-01T07:00:00-05:00)', 'it goes back');
SELECT is(t.refusal(format('SELECT kf.credit_resolve(%L, %L, ''{"action":"keep"}'')', t.id(100), :'odd')), 'KF409', 'once');
SELECT is((SELECT (d->>'payment_state', d->>'note')::text FROM kf.credit_resolve(t.id(100), :'lost', '{"action":"keep","note":"hablado"}') d), '(credit,hablado)', 'or is kept');
SELECT is(pg_temp.page('credit'), '{"items":[],"next":null}'::jsonb, 'nothing is open');
SELECT is(jsonb_array_length(pg_temp.page('credit', '{"state":"resolved"}')->'items'), 2, 'both are seen to');
SELECT is(pg_temp.column(pg_temp.page('refund', '{"state":"open"}'), 'reason'), 'quarantine', 'one goes back');
SELECT is(t.ledger(1), '3000012=0+7+5+3000000', 'the ledger holds');
SELECT kf.credit_resolve(t.id(100), (SELECT payment_id FROM kf.payment WHERE provider_tx_id = 'tx1'), '{"action":"keep"}') IS NULL AS nothing;
SELECT t.pay(1, 'tx4', 'kf-unknown-2', 'APPROVED', 9);
SELECT kf.credit_resolve(t.id(100), (pg_temp.column(pg_temp.page('credit'), 'id'))::uuid, '{"action":"refund"}');
SELECT is(t.ledger(1), '3000021=0+7+14+3000000', 'what belongs to no booking goes back too');

-- The calendar.
SELECT kf.closed_day_add(t.id(100), '{"day":"2026-06-03","reason":"Puente"}');
SELECT is((SELECT c - ARRAY['bookings', 'professionals'] FROM kf.calendar_read(t.id(100), '{"from":"2026-06-02","to":"2026-06-03"}') c), '{"from":"2026-06-02","to":"2026-06-03","timezone":"America/Bogota",
    "closed_days":[{"day":"2026-06-03","reason":"Puente"}]}'::jsonb, 'the days');
SELECT is((SELECT c->'professionals'->0->'windows' FROM kf.calendar_read(t.id(100), '{"from":"2026-06-02","to":"2026-06-03"}') c), '[{"start":"2026-06-02T08:00:00-05:00","end":"2026-06-02T12:00:00-05:00"},
    {"start":"2026-06-02T13:00:00-05:00","end":"2026-06-02T18:00:00-05:00"}]'::jsonb, 'when they work');
SELECT is(pg_temp.column(jsonb_build_object('items', kf.calendar_read(t.id(100), '{"from":"2026-06-02","to":"2026-06-03"}')->'bookings'), 'status'), 'pending', 'what is booked, without what was cancelled');
SELECT is(jsonb_array_length(kf.calendar_read(t.id(100), jsonb_build_object('from', '2026-06-02', 'to', '2026-06-02', 'professional', t.id(112)))->'bookings'), 0, 'of one of them');
SELECT is(jsonb_array_length(kf.calendar_read(t.id(100), jsonb_build_object('from', '2026-06-02', 'to', '2026-06-02', 'professional', t.id(211)))->'professionals'), 0, 'of nobody else''s');
SELECT is(kf.calendar_read(t.id(200), '{"from":"2026-06-02","to":"2026-06-03"}')->'bookings', '[]', 'of nobody else');
SELECT t.clock('2026-06-01 12:10:00Z');
SELECT is(kf.calendar_read(t.id(100), '{"from":"2026-06-02","to":"2026-06-03"}')->'bookings', '[]', 'a hold that has run out is not in the way');

-- The audit log.
SELECT t.clock('2026-06-03 04:59:59Z');
SELECT kf.actor_set(t.id(100), jsonb_build_object('kind', 'staff', 'id', t.id(41), 'name', 'eva@example.test', 'ip', '192.0.2.1', 'request_id', 'r1'), true);
SELECT kf.service_change(t.id(100), t.id(101), NULL, '{"name":"Antes"}');
SELECT t.clock('2026-06-03 05:00Z');
SELECT kf.service_change(t.id(100), t.id(101), NULL, '{"name":"Después"}');
SELECT is((pg_temp.page('audit', '{"limit":1}')->'items'->0) - 'id', '{"at": "2026-06-03T00:00:00-05:00", "action": "service_updated", "actor": {"kind": "staff", "id": "00000000-0000-7000-8000-000000000041",
    "name": "eva@example.test"}, "object": {"type": "service", "id": "00000000-0000-7000-8000-000000000101", "name": "Después"}, "before": {"name": "Antes"}, "after": {"name": "Después"},
    "ip": "192.0.2.1", "request_id": "r1"}'::jsonb, 'who did what, when and from where');
SELECT is(jsonb_array_length(pg_temp.page('audit', p)->'items'), n, p::text) FROM (VALUES ('{"action":"service_updated"}'::jsonb, 2), ('{"from":"2026-06-03"}', 1), ('{"from":"2026-06-02","to":"2026-06-02"}', 1),
    (jsonb_build_object('actor', t.id(41)), 2), ('{"actor":"eva@example.test"}', 2), ('{"actor":"eva"}', 0), (jsonb_build_object('object_type', 'service', 'object_id', t.id(101)), 3),
    (jsonb_build_object('object_type', 'link', 'object_id', t.id(101)), 0), (jsonb_build_object('action', 'service_updated', 'actor', t.id(41), 'from', '2026-06-03', 'object_type', 'service'), 1)) x(p, n);
SELECT is(pg_temp.page('audit', p_n => 3)->'items'->0->'object'->>'type', 'callback_secret', 'everybody reads their own');
SELECT is((SELECT count(DISTINCT e->'id') FROM (SELECT pg_temp.page('audit', '{"limit":5}') AS a) p, LATERAL (VALUES (a), (pg_temp.page('audit', jsonb_build_object('after', a->'next', 'limit', 200)))) v(d),
    jsonb_array_elements(v.d->'items') e), (SELECT count(*) FROM kf.audit WHERE tenant_id = t.id(100)), 'page by page, each once');

-- Reports: two present days, one earlier.
SELECT t.clock('2026-07-10 15:00Z');
CREATE FUNCTION pg_temp.booking(p_id int, p_made timestamptz, p_start timestamptz, p_status text, p_paid bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM t.clock(p_made);
    PERFORM kf.booking_add(t.id(200), t.id(p_id), jsonb_build_object('service', t.id(201), 'professional', t.id(211), 'start', to_char(p_start, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'outside_hours', true,
        'customer', '{"name":"Ana Pérez","email":"ana@example.test"}'::jsonb));
    IF p_status = 'cancelled' THEN
        PERFORM kf.booking_cancel_by(t.id(200), t.id(p_id), NULL, '{}');
    ELSIF p_status <> 'confirmed' THEN
        PERFORM t.clock(p_start + interval '1 second');
        PERFORM kf.booking_mark(t.id(200), t.id(p_id), NULL, jsonb_build_object('status', p_status));
        PERFORM t.clock(p_made);
    END IF;
    IF p_paid > 0 THEN
        INSERT INTO kf.payment (tenant_id, payment_id, provider, provider_tx_id, booking_id, reference, amount_cents, currency, status, state, approved_cents, created_at, updated_at)
        VALUES (t.id(200), t.id(p_id), 'wompi', 'f' || p_id, t.id(p_id), 'kf-x', p_paid, 'COP', 'APPROVED', 'applied', p_paid, kf.now(), kf.now());
    END IF;
END
$$;
SELECT set_config('TimeZone', 'UTC', true);
SELECT pg_temp.booking(2001, '2026-07-08 04:59Z', '2026-07-08 15:00Z', 'completed', 100),  -- the 7th in Bogotá
       pg_temp.booking(2002, '2026-07-08 05:00Z', '2026-07-08 17:00Z', 'no_show', 0),
       pg_temp.booking(2003, '2026-07-09 12:00Z', '2026-07-10 12:00Z', 'completed', 250),
       pg_temp.booking(2004, '2026-07-09 13:00Z', '2026-07-12 13:00Z', 'confirmed', 0),
       pg_temp.booking(2005, '2026-07-09 14:00Z', '2026-07-13 13:00Z', 'cancelled', 0),
       pg_temp.booking(2006, '2026-07-01 14:00Z', '2026-07-02 14:00Z', 'completed', 40);
SELECT t.clock('2026-07-10 15:00Z');
INSERT INTO kf.callback_attempt (tenant_id, message_id, n, at, status, latency_ms)
    SELECT t.id(200), (SELECT message_id FROM kf.outbox WHERE tenant_id = t.id(200) LIMIT 1), i, timestamptz '2026-07-09 12:00Z', CASE WHEN i <= 8 THEN 200 ELSE 500 END, i * 10 FROM generate_series(1, 10) i;
INSERT INTO kf.daily_figure VALUES (t.id(200), '2026-07-09', 'service_selected', 10), (t.id(200), '2026-07-09', 'slot_selected', 6), (t.id(200), '2026-07-09', 'refused_share', 2), (t.id(200), '2026-07-08', 'refused_address', 2),
    (t.id(200), '2026-07-09', 'refused_network', 4), (t.id(200), '2026-07-01', 'service_selected', 4);
INSERT INTO kf.funnel_event (tenant_id, at, step, n) VALUES (t.id(200), '2026-07-10 12:00Z', 'service_selected', 2), (t.id(200), '2026-07-10 13:00Z', 'slot_selected', 1),
    (t.id(200), '2026-07-09 16:00Z', 'refused_share', 1);
-- As if customers had made them, except the last.
UPDATE kf.booking SET source = 'link' WHERE tenant_id = t.id(200) AND booking_id <> t.id(2005);
INSERT INTO kf.payment_attempt (tenant_id, attempt_id, booking_id, n, provider, mode, reference, amount_cents, currency, expires_at, created_at, next_poll_at)
    SELECT t.id(200), t.id(i), t.id(i), 1, 'wompi', 'test', 'kf-' || i, 100, 'COP', kf.now(), kf.now(), kf.now() FROM generate_series(2001, 2003) i;
SELECT is((SELECT f->'current' FROM kf.figures_read(t.id(200), '{"days":7}') f), '{"bookings": 5, "booked": 4, "cancelled": 1, "moved": 0, "completed": 2, "no_show": 1, "no_show_rate": 0.3333, "revenue_cents": 350,
    "lead_hours_p50": 18.0, "callbacks": {"sent": 10, "delivered": 8, "latency_ms_p50": 55, "latency_ms_p95": 96}, "funnel": {"service_selected": 12, "slot_selected": 7, "details_entered": 4,
    "payment_initiated": 3, "payment_approved": 2}, "conversion": 0.1667}'::jsonb, 'the last days');
UPDATE kf.booking SET sequence = 2 WHERE tenant_id = t.id(200) AND booking_id = (SELECT booking_id FROM kf.booking WHERE status = 'cancelled' LIMIT 1);
UPDATE kf.booking SET sequence = 1 WHERE tenant_id = t.id(200) AND booking_id = (SELECT booking_id FROM kf.booking WHERE status = 'no_show' LIMIT 1);
SELECT is((SELECT f->'current'->>'moved' FROM kf.figures_read(t.id(200), '{"days":7}') f), '2', 'moved, even if called off later');
SELECT is((SELECT f->'previous' FROM kf.figures_read(t.id(200), '{"days":7}') f), '{"bookings": 1, "booked": 1, "cancelled": 0, "moved": 0, "completed": 1, "no_show": 0, "no_show_rate": 0.0000, "revenue_cents": 40,
    "lead_hours_p50": 24.0, "callbacks": {"sent": 0, "delivered": 0, "latency_ms_p50": null, "latency_ms_p95": null}, "funnel": {"service_selected": 4, "slot_selected": 0, "details_entered": 1,
    "payment_initiated": 0, "payment_approved": 1}, "conversion": 0.2500}'::jsonb, 'and those before');
SELECT is((SELECT (f->>'from', f->>'to', jsonb_array_length(f->'daily'), f->'daily'->3, f->'daily'->4, f->'daily'->5)::text FROM kf.figures_read(t.id(200), '{"days":7}') f),
    '(2026-07-04,2026-07-10,7,"{""day"": ""2026-07-07"", ""bookings"": 1, ""holds_refused"": {""share"": 0, ""address"": 0, ""network"": 0}, ""revenue_cents"": 100}","{""day"": ""2026-07-08"", ""bookings"": 1, ""holds_refused"": {""share"": 0, ""address"": 2, ""network"": 0}, ""revenue_cents"": 0}","{""day"": ""2026-07-09"", ""bookings"": 3, ""holds_refused"": {""share"": 3, ""address"": 0, ""network"": 4}, ""revenue_cents"": 250}")',
    'day by day in the zone of the business');
SELECT is((SELECT (f->'current'->>'bookings', f->'previous'->>'bookings', jsonb_array_length(f->'previous_daily'))::text FROM kf.figures_read(t.id(200), '{"days":30}') f), '(6,0,30)', 'thirty days');
SELECT is(jsonb_array_length(kf.figures_read(t.id(200), '{"days":90}')->'daily'), 90, 'ninety');
SELECT is((SELECT (f->'current'->>'bookings', f->'current'->>'no_show_rate', f->'current'->>'conversion', f->'current'->>'revenue_cents')::text FROM kf.figures_read(t.id(300), '{}') f), '(0,,,0)', 'nothing divided by nothing');
SELECT is(kf.figures_read(t.id(900), '{}'), NULL, 'nobody');
SELECT * FROM finish();
ROLLBACK;
