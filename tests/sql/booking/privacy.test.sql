-- A customer is erased: searched for in every column of every table, including future ones. The sums of money and all
-- other people's data stay as they were. A table that the erasure omits is detected.
BEGIN;
SELECT no_plan();

-- The columns that contain a word of p, in all rows of all businesses, of any type.
CREATE FUNCTION pg_temp.where_are(p text[]) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    c record;
    v_found boolean;
    v_all text[] := '{}';
BEGIN
    FOR c IN SELECT r.relname, a.attname, a.atttypid = 'bytea'::regtype AS bytes FROM pg_class r
             JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
             WHERE r.relnamespace = 'kf'::regnamespace AND r.relkind IN ('r', 'p', 'm') ORDER BY 1, 2 LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM kf.%I x, unnest($1) w WHERE strpos(kf.search_fold(%s), kf.search_fold(w)) > 0)',
                       c.relname, format(CASE WHEN c.bytes THEN 'kf.bytes_text(x.%I)' ELSE 'x.%I::text' END, c.attname))
        INTO v_found USING p;
        IF v_found THEN
            v_all := v_all || (c.relname || '.' || c.attname);
        END IF;
    END LOOP;
    RETURN v_all;
END $$;
CREATE FUNCTION pg_temp.tables(p text[]) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(DISTINCT split_part(x, '.', 1), ' ' ORDER BY split_part(x, '.', 1)), '') FROM unnest(p) x $$;
-- The customer: as typed, and as JSON and other systems encode it.
CREATE FUNCTION pg_temp.words() RETURNS text[] LANGUAGE sql AS $$
    SELECT ARRAY['Zoraida', 'Quintañilla', 'zoraida.q@', 'quinta\u00f1illa', '3009876543', 'látex', 'latex', 'l\u00e1tex', 'su tía'] $$;
CREATE FUNCTION pg_temp.found() RETURNS text[] LANGUAGE sql AS $$ SELECT pg_temp.where_are(pg_temp.words()) $$;
-- All data about others, as one hash.
CREATE FUNCTION pg_temp.others() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(x::text, '|' ORDER BY x::text)) FROM (
        SELECT to_jsonb(b)::text FROM kf.booking b WHERE b.customer_email LIKE 'ana%' UNION ALL
        SELECT to_jsonb(h)::text FROM kf.booking_history h JOIN kf.booking b USING (tenant_id, booking_id) WHERE b.customer_email LIKE 'ana%' UNION ALL
        SELECT to_jsonb(o)::text FROM kf.outbox o JOIN kf.booking b USING (tenant_id, booking_id) WHERE b.customer_email LIKE 'ana%' UNION ALL
        SELECT to_jsonb(m)::text FROM kf.mail m WHERE m.facts->>'customer_email' LIKE 'ana%' OR m.to_address LIKE 'ana%' UNION ALL
        SELECT to_jsonb(a)::text FROM kf.audit a WHERE a.object_name LIKE 'Ana%' UNION ALL
        SELECT to_jsonb(e)::text FROM kf.webhook_event e WHERE kf.bytes_text(e.body) LIKE '%ana@%' UNION ALL
        SELECT to_jsonb(w)::text FROM kf.waiting w WHERE w.email LIKE 'ana%') y(x) $$;
CREATE FUNCTION pg_temp.sums() RETURNS text LANGUAGE sql AS $$
    SELECT (SELECT string_agg(to_jsonb(l)::text, ' ' ORDER BY l.tenant_id) FROM kf.ledger l)
        || (SELECT jsonb_agg(kf.figures_read(t.id(100), jsonb_build_object('days', d)) ORDER BY d) #- '{}' FROM unnest(ARRAY[7, 30, 90]) d)::text
        || (SELECT jsonb_agg(jsonb_build_array(p.payment_id, p.state, p.approved_cents, p.returning_cents, p.returned_cents, p.provider_tx_id, p.reference) ORDER BY p.payment_id) FROM kf.payment p)::text
        || (SELECT jsonb_agg(jsonb_build_array(r.refund_id, r.state, r.amount_cents, r.done_at) ORDER BY r.refund_id) FROM kf.refund r)::text
        || (SELECT jsonb_agg(jsonb_build_array(b.booking_id, b.status, b.slot_start, b.slot_end, b.price_cents, b.charge_cents, b.terms, b.service_id, b.professional_id, b.created_at) ORDER BY b.booking_id) FROM kf.booking b)::text $$;

SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
CREATE FUNCTION pg_temp.at(n int) RETURNS void LANGUAGE sql AS $$ SELECT set_config('kf.tenant', t.id(n * 100)::text, true), set_config('kf.actor', '', true) $$;
CREATE FUNCTION pg_temp.act() RETURNS void LANGUAGE sql AS $$
    SELECT kf.actor_set(t.id(100), '{"kind":"staff","name":"eva@clinic.example","ip":"192.0.2.1"}', true) $$;
SELECT pg_temp.at(1);
INSERT INTO kf.staff (tenant_id, staff_id, email, name, role, state, password_hash, created_at)
    VALUES (t.id(100), t.id(151), 'eva@clinic.example', 'Eva', 'owner', 'active', 'hash', kf.now());
UPDATE kf.professional SET email = 'doctor@clinic.example' WHERE professional_id = t.id(111);
SELECT t.calendar(1, 160);
SELECT t.read(1), t.read(1, '{}', 11, '2026-06-02 13:00Z');

-- Zoraida books n at a slot of professional 11.
CREATE FUNCTION pg_temp.book(n int, p_at timestamptz, p_email text DEFAULT 'Zoraida.Q@Correo.example', p_tenant int DEFAULT 1) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.at(p_tenant), t.read(p_tenant, '{}', 11, p_at);
    PERFORM kf.hold_create(t.id(p_tenant * 100), t.id(n), 'link' || lpad(p_tenant::text, 3, '0'), t.id(p_tenant * 100 + 1), t.id(p_tenant * 100 + 11), p_at,
                           t.hash('token ' || n), 600, 'America/Bogota', NULL, '2000-01-01');
    PERFORM kf.booking_start_at(t.id(p_tenant * 100), t.id(n), t.id(n), t.id(n), t.hash('token ' || n), 'Zoraida Quintañilla', p_email,
                                '+573009876543', 'Alergia al látex', 'es', 'America/Bogota', '2000-01-01', NULL,
                                'https://merchant.example/back?de=zoraida.q@correo.example');
END $$;
CREATE FUNCTION pg_temp.pay(n int, p_tenant int DEFAULT 1) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v text;
BEGIN
    PERFORM kf.event_store(t.id(p_tenant * 100), t.id(n + 500), 'wompi', 'tx' || n || ':APPROVED', 'tx' || n, t.ref(n), 'APPROVED',
                           convert_to('{"data":{"transaction":{"customer_email":"zoraida.q@correo.example","customer_data":{"full_name":"Zoraida Quinta\u00f1illa","phone_number":"3009876543"}}}}', 'UTF8'));
    PERFORM t.pay(p_tenant, 'tx' || n, t.ref(n), 'APPROVED');
    FOR v IN SELECT w.message_id FROM kf.work_messages(10, 60, 10) w WHERE w.booking_id = t.id(n) LOOP
        PERFORM kf.message_body(t.id(p_tenant * 100), v, convert_to('{"usuario":{"nombre":"Zoraida Quintañilla","telefono":"+573009876543"}}', 'UTF8'));
        PERFORM kf.message_result(t.id(p_tenant * 100), v, 500, 5, '192.0.2.80', 'the server answered 500', convert_to('Error: Zoraida Quintañilla exists', 'UTF8'), 0, 0);
    END LOOP;
END $$;

-- The traces of a customer.
SELECT pg_temp.book(1001, '2026-06-02 13:00Z'), pg_temp.pay(1001);      -- moved, then cancelled in writing, and refunded by hand
SELECT pg_temp.book(1002, '2026-06-03 13:00Z', 'zoraida.q@correo.example'), pg_temp.pay(1002);  -- takes place
SELECT pg_temp.book(1003, '2026-06-24 13:00Z');                          -- never paid
SELECT pg_temp.book(1004, '2026-06-02 15:00Z', 'ana@example.test'), pg_temp.pay(1004) WHERE false;
SELECT pg_temp.at(1), t.read(1, '{}', 11, '2026-06-02 15:00Z');
SELECT kf.hold_create(t.id(100), t.id(1005), 'link001', t.id(101), t.id(111), '2026-06-02 15:00Z', t.hash('token 1005'), 600, 'America/Bogota', NULL, '2000-01-01');
SELECT kf.booking_start(t.id(100), t.id(1005), t.id(1005), t.id(1005), t.hash('token 1005'), 'Ana Pérez', 'ana@example.test', '+573001234567', 'nada', 'es', 'America/Bogota', '2000-01-01');
SELECT t.pay(1, 'tx1005', t.ref(1005), 'APPROVED');
SELECT kf.event_store(t.id(100), t.id(1505), 'wompi', 'tx1005:APPROVED', 'tx1005', t.ref(1005), 'APPROVED', '{"customer_email":"ana@example.test"}'::text::bytea);
-- The same person at another business is that business's customer.
SELECT pg_temp.book(2001, '2026-06-02 13:00Z', p_tenant => 2), pg_temp.pay(2001, 2);
SELECT pg_temp.act();
SELECT isnt(kf.booking_move_by(t.id(100), t.id(1001), NULL, '{"start":"2026-06-05T14:00:00Z"}', '2000-01-01'), NULL, 'a move');
SELECT kf.visit_mint(t.id(100), t.id(1001), 'view', t.hash('view 1001'), NULL);
SELECT isnt(kf.booking_cancel_by(t.id(100), t.id(1001), NULL, '{"reason":"Zoraida llamó: su tía está enferma"}'), NULL, 'a cancellation in writing');
SELECT kf.refund_result(t.id(100), r.refund_id, 'manual', NULL, 'payer zoraida.q@correo.example cannot be found') FROM kf.refund r;
SELECT is(t.refusal($$ SELECT kf.customer_erase(t.id(100), 'zoraida.q@correo.example') $$), 'KF409 booking', 'not while a booking lies ahead');
SELECT kf.bookings_export_start(t.id(100), '{"search":"quintanilla","status":"cancelled"}'), kf.bookings_export_start(t.id(100), '{"search":"Ana"}');
INSERT INTO kf.waiting (tenant_id, waiting_id, link_id, service_id, professional_id, day, name, email, language, customer_zone, created_at, state)
    SELECT t.id(100), t.id(1700 + n), t.id(121), t.id(101), t.id(111), '2026-06-10', name, email, 'es', 'America/Bogota', kf.now(), 'waiting'
    FROM (VALUES (1, 'Zoraida Quintañilla', 'ZORAIDA.Q@correo.example'), (2, 'Ana Pérez', 'ana@example.test')) x(n, name, email);
SELECT kf.audit_put(t.id(100), 'waiting_removed', 'waiting', t.id(1701)::text, 'Zoraida Quintañilla', '{"email":"zoraida.q@correo.example","day":"2026-06-10"}');
INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, to_name, language, facts, next_attempt_at, created_at)
    SELECT t.id(100), gen_random_uuid(), 'waiting_joined', email, name, 'es', jsonb_build_object('customer', name, 'customer_email', email), kf.now(), kf.now()
    FROM (VALUES ('Zoraida Quintañilla', 'Zoraida.Q@correo.example'), ('Ana Pérez', 'ana@example.test')) x(name, email);
SELECT t.clock('2026-06-03 14:00Z');
SELECT pg_temp.act();
SELECT count(*) FROM kf.work_sweep(100);
SELECT is(t.refusal($$ SELECT kf.customer_erase(t.id(100), 'zoraida.q@correo.example') $$), 'KF409 refund', 'nor while her money is to go back');
SELECT isnt(kf.refund_done(t.id(100), r.refund_id, '{"note":"Nequi +573009876543, Zoraida"}'), NULL, 'it went back by hand') FROM kf.refund r WHERE r.state = 'manual';
SELECT isnt(kf.booking_mark(t.id(100), t.id(1002), NULL, '{"status":"completed"}'), NULL, 'she was there');
UPDATE kf.mail SET last_error = '550 <zoraida.q@correo.example> unknown' WHERE to_address ILIKE 'zoraida%';
SELECT count(*) FROM kf.work_calendar_events(100, 60);
SELECT kf.calendar_event_done(t.id(100), x.booking_id, x.n, x.wanted_version, NULL) FROM kf.calendar_event x;
SELECT t.clock('2026-06-06 14:00Z');
RESET ROLE;

-- Before: her data is everywhere, so that the search proves something.
CREATE TEMP TABLE before AS SELECT pg_temp.tables(pg_temp.found()) AS tables, pg_temp.others() AS others, pg_temp.sums() AS sums;
SELECT is(tables, 'audit booking booking_history callback_attempt mail outbox refund waiting webhook_event', 'where she stands before') FROM before;

-- What the search would find if the erasure omitted a table: rows there do not change.
CREATE FUNCTION pg_temp.not_me() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION pg_temp.without(p_table text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v text;
BEGIN
    EXECUTE format('CREATE TRIGGER a_not_me BEFORE UPDATE OR DELETE ON kf.%I FOR EACH ROW EXECUTE FUNCTION pg_temp.not_me()', p_table);
    SET LOCAL ROLE konfirmado_app;
    PERFORM kf.customer_erase(t.id(100), 'zoraida.q@correo.example'), kf.customer_erase(t.id(200), 'zoraida.q@correo.example');
    RESET ROLE;
    RAISE EXCEPTION USING ERRCODE = 'ZZ001', MESSAGE = pg_temp.tables(pg_temp.found());
EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
    RETURN SQLERRM;
END $$;
SELECT is(pg_temp.without(w), w, 'left out, ' || w || ' alone still tells of her')
FROM before, regexp_split_to_table(tables, ' ') w;

-- Before: the export contains everything about her.
SET ROLE konfirmado_app;
SELECT pg_temp.act();
CREATE TEMP TABLE doc AS SELECT kf.customer_export(t.id(100), ' zoraida.q@CORREO.example ') AS d;
SELECT is((SELECT jsonb_agg(jsonb_array_length(d->k)) FROM doc, unnest(ARRAY['bookings', 'waiting', 'provider_events']) k), '[3, 1, 2]', 'her bookings, place in line, and what the provider told');
SELECT ok((d->'bookings'->0->>'notes', d->'bookings'->0->'customer'->>'phone') = ('Alergia al látex', '+573009876543'), 'as they were written') FROM doc;
SELECT ok(jsonb_array_length(d->'messages') >= 3 AND jsonb_array_length(d->'mails') >= 3, 'messages and mails') FROM doc;
SELECT ok(d::text NOT LIKE '%sealed%' AND d::text NOT LIKE '%ana@example%' AND d::text NOT LIKE '%' || t.id(2001)::text || '%' AND d::text !~ 'token|_hash', 'nothing of others, no secrets') FROM doc;
SELECT set_eq($$ SELECT unnest(kf.customer_keys(t.id(100), ' Zoraida.Q@correo.example')) $$, $$ SELECT unnest(ARRAY['zoraida.q@correo.example', 'zoraida.q%40correo.example', '573009876543', t.id(1001)::text, t.id(1002)::text, t.id(1003)::text, t.id(1701)::text]) $$, 'by what she is known in answers');
SELECT is(kf.customer_export(t.id(100), 'nobody@example.test')->'bookings', '[]', 'of a stranger: nothing');
SELECT is((SELECT a.object_name || a.after::text FROM kf.audit a WHERE a.action = 'customer_exported' ORDER BY a.audit_id LIMIT 1), '{"waiting": 1, "bookings": 3}', 'the log tells of it without the address');
SELECT is(t.refusal(format('SELECT kf.%s(t.id(100), %L)', f, a)), 'KF422 email', f || ' of no address: ' || coalesce(a, 'null'))
FROM unnest(ARRAY['customer_export', 'customer_erase']) f, unnest(ARRAY[NULL, '', 'zoraida', '@', 'a b@c.d', repeat('a', 250) || '@c.de']) a;

-- Erased.
DROP TABLE doc;
CREATE TEMP TABLE done AS SELECT kf.customer_erase(t.id(100), 'ZORAIDA.q@correo.example') AS d;
SELECT is((SELECT d - 'mails' - 'messages' FROM done), '{"bookings": 3, "waiting": 1, "events_left": 0}', 'what was forgotten');
SELECT cmp_ok((d->>'mails')::int + (d->>'messages')::int, '>=', 6, 'and more') FROM done;
RESET ROLE;
SELECT is((SELECT count(*)::int FROM kf.booking b WHERE b.tenant_id = t.id(200) AND b.customer_name LIKE 'Zoraida%'), 1, 'another business keeps its customer');
SET ROLE konfirmado_app;
SELECT isnt(kf.customer_erase(t.id(200), 'zoraida.q@correo.example'), NULL, 'until she asks there too');
RESET ROLE;
SELECT is(pg_temp.found(), '{}', 'in no column of any table');
SELECT is(pg_temp.sums(), (SELECT sums FROM before), 'money, figures, times and terms are what they were');
SELECT is(pg_temp.others(), (SELECT others FROM before), 'everybody else stays as they were');
SET ROLE konfirmado_app;
SELECT pg_temp.at(1);
SELECT is((SELECT array_agg(DISTINCT x.wanted || ' ' || x.state) FROM kf.calendar_event x JOIN kf.booking b USING (tenant_id, booking_id) WHERE b.erased_at IS NOT NULL),
          '{"absent done","absent due"}', 'her events are to be taken out of the calendar');
SELECT is((SELECT count(*)::int FROM kf.visit_token x JOIN kf.booking b USING (tenant_id, booking_id) WHERE b.erased_at IS NOT NULL), 0, 'her links lead nowhere');
SELECT is((SELECT count(*)::int FROM kf.booking_read(t.id(100), t.id(1002), t.hash('token 1002')) r WHERE r.token_ok), 0, 'nor does her browser''s');
SELECT is((SELECT count(*)::int FROM kf.mail m JOIN kf.booking b USING (tenant_id, booking_id) WHERE b.erased_at IS NOT NULL AND m.state IN ('due', 'sending')), 0, 'no mail waits');
SELECT is((SELECT jsonb_agg(a.after ORDER BY a.audit_id) FROM kf.audit a WHERE a.action = 'export_started'), '[{"search": "***", "status": "cancelled"}, {"search": "Ana"}]', 'searches for her are covered, others are not');
SELECT is((SELECT jsonb_agg(jsonb_build_array(a.object_name, a.before, a.after - 'refund') ORDER BY a.audit_id) FROM kf.audit a WHERE a.action = 'booking_cancelled'),
          '[["", {"status": "paid"}, {"status": "cancelled", "reason": "***"}]]', 'the log still tells what was done');
SELECT is(kf.customer_erase(t.id(100), 'zoraida.q@correo.example') - 'x', '{"bookings": 0, "mails": 0, "messages": 0, "waiting": 0, "events_left": 0}', 'twice does no harm');
SELECT is(kf.customer_erase(t.id(100), 'erased@erased.invalid')->'bookings', '0', 'what takes the address''s place is nobody''s');

-- A message to the merchant that is resent, or acknowledged late, restores nothing.
SELECT kf.message_resend(t.id(100), o.message_id) FROM kf.outbox o JOIN kf.booking b USING (tenant_id, booking_id) WHERE b.erased_at IS NOT NULL AND o.state = 'dead';
SELECT kf.message_body(t.id(100), o.message_id, convert_to('{"nombre":"Zoraida"}', 'UTF8')), kf.message_result(t.id(100), o.message_id, 500, 1, '', 'e', 'Zoraida', 0, 0)
FROM kf.outbox o WHERE o.booking_id = t.id(1002);
SELECT kf.event_store(t.id(100), t.id(1599), 'wompi', 'tx1002:late', 'tx1002', t.ref(1002), 'APPROVED', 'Zoraida'), kf.event_result(t.id(100), t.id(1599), true, 'unchanged', 0);
RESET ROLE;
SELECT is(pg_temp.found(), '{}', 'what comes late brings nothing back');
SET ROLE konfirmado_app;
-- Money that arrives later is refunded: the customer cannot come.
SELECT is(t.pay(1, 'tx1003', t.ref(1003), 'APPROVED'), 'refund_due', 'late money of a forgotten booking goes back');

-- The same for payers at other businesses with the same account.
SELECT kf.event_store(t.id(100), t.id(1598), 'wompi', 'tx9:APPROVED', 'tx9', 'elsewhere-1', 'APPROVED', 'Zoraida buys a book'),
       kf.event_result(t.id(100), t.id(1598), false, 'retry', 5);
SELECT is((SELECT length(e.body) FROM kf.webhook_event e WHERE e.event_id = t.id(1598)), 19, 'kept until it is looked at');
SELECT kf.event_result(t.id(100), t.id(1598), true, t.pay(1, 'tx9', 'elsewhere-1', 'APPROVED'), 0);
SELECT is((SELECT e.outcome || length(e.body) FROM kf.webhook_event e WHERE e.event_id = t.id(1598)), 'foreign0', 'and no longer');

-- A slot that is kept for an erased person goes to the next one on the waiting list.
SELECT t.clock('2026-06-09 12:00Z'), pg_temp.at(2);
SELECT t.hold(2, 2009, '2026-06-11 14:00Z', 1, 12);
INSERT INTO kf.waiting (tenant_id, waiting_id, link_id, service_id, professional_id, day, name, email, language, customer_zone, created_at, state, claim_id, offered_until)
    SELECT t.id(200), t.id(2700 + n), t.id(221), t.id(201), t.id(212), '2026-06-11', name, email, 'es', 'America/Bogota', kf.now() + n * interval '1 second', state, CASE n WHEN 1 THEN t.id(2009) END, CASE n WHEN 1 THEN kf.now() + interval '30 minutes' END
    FROM (VALUES (1, 'Zoraida Quintañilla', 'zoraida.q@correo.example', 'offered'), (2, 'Ana Pérez', 'ana@example.test', 'waiting')) x(n, name, email, state);
SELECT is(kf.customer_erase(t.id(200), 'zoraida.q@correo.example')->>'waiting', '1', 'she was next in line');
SELECT is((SELECT c.state FROM kf.claim c WHERE c.claim_id = t.id(2009)) || (SELECT count(*) FROM kf.freed f WHERE f.slot_start = '2026-06-11 14:00Z'), 'ended1', 'the time that was kept for her is free for the next');
RESET ROLE;
SELECT is(pg_temp.found(), '{}', 'and she is nowhere again');
SET ROLE konfirmado_app;
SELECT pg_temp.at(1);

-- The rights of the eraser: names in the audit log, no full entries, and no data of others.
SELECT is(t.refusal('UPDATE kf.audit SET object_name = ''x'''), '42501', 'the application does not touch the log');
SELECT ok(NOT pg_has_role('konfirmado_app', 'konfirmado_privacy', 'MEMBER'), 'and is not the eraser');
SELECT is(t.refusal($$ SELECT kf.booking_scrub(t.id(100), t.id(1005)) $$), 'ok', 'what is over may be scrubbed by name');
RESET ROLE;
SELECT bag_eq($$ SELECT c.relname || ':' || p FROM pg_class c, unnest(ARRAY['DELETE', 'TRUNCATE']) p WHERE c.relnamespace = 'kf'::regnamespace AND c.relkind = 'r'
                 AND has_table_privilege('konfirmado_privacy', c.oid, p) $$, $$ VALUES ('waiting:DELETE'), ('visit_token:DELETE') $$, 'it deletes places in line and links');
SELECT bag_eq($$ SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = 'kf.audit'::regclass AND a.attnum > 0 AND has_column_privilege('konfirmado_privacy', 'kf.audit', a.attname, 'UPDATE') $$,
              $$ VALUES ('object_name'), ('before'), ('after') $$, 'of the log it changes names');
SELECT is_empty($$ SELECT a.attname FROM pg_attribute a WHERE a.attrelid IN ('kf.payment'::regclass, 'kf.refund'::regclass, 'kf.booking'::regclass, 'kf.outbox'::regclass) AND a.attname ~ '_cents|state|status|currency|terms|slot'
                 AND has_column_privilege('konfirmado_privacy', a.attrelid, a.attname, 'UPDATE') $$, 'no sum, state or time');
SET ROLE konfirmado_privacy;
SELECT set_config('kf.tenant', '', true);
SELECT is((SELECT count(*)::int FROM kf.booking) + (SELECT count(*)::int FROM kf.audit) + (SELECT count(*)::int FROM kf.tenant), 0, 'without a tenant it sees nobody');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
