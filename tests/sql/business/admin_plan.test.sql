-- With many bookings every list uses its own index and reads little more than it returns.
BEGIN;
SELECT no_plan();
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
-- Tenant 1 has 20,000 bookings over a year, with all their dependent rows. They are written without triggers and
-- checks, which would take long.
SET session_replication_role = replica;
INSERT INTO kf.booking (tenant_id, booking_id, claim_id, service_id, professional_id, link_id, status, customer_name, customer_email,
        customer_phone, accepted_terms_at, language, customer_zone, slot_start, slot_end, hold_expires_at, price_cents, charge_cents,
        currency, terms, token_hash, created_at, updated_at)
    SELECT t.id(100), t.id(i + 10000), t.id(i + 10000), t.id(101 + i % 3), t.id(111 + i % 2), t.id(121),
        CASE WHEN i % 1000 = 0 THEN 'pending' WHEN s > kf.now() THEN (ARRAY['paid', 'confirmed', 'cancelled', 'confirmed'])[1 + i % 4]
             ELSE (ARRAY['completed', 'completed', 'no_show', 'cancelled', 'expired'])[1 + i % 5] END,
        (ARRAY['Ana', 'Luis', 'Óscar', 'Inés', 'Lucía'])[1 + i % 5] || ' ' || CASE WHEN i % 2000 = 7 THEN 'Muñoz' ELSE 'Pérez' END,
        'c' || i || '@example.test', '+57300' || lpad(i::text, 7, '0'), s, 'es', 'UTC', s, s + interval '20 minutes', s, 100, 100, 'COP',
        '{"service_name":"Consulta","professional_name":"Professional 1"}', t.hash(i::text), s - interval '3 days', s
    FROM generate_series(1, 20000) i, LATERAL (SELECT timestamptz '2025-09-01 12:00Z' + i * interval '25 minutes') q(s);
INSERT INTO kf.payment (tenant_id, payment_id, provider, provider_tx_id, booking_id, reference, amount_cents, currency, status, state,
        approved_cents, created_at, updated_at, quarantine_reason)
    SELECT tenant_id, booking_id, 'wompi', 'tx' || booking_id, booking_id, 'kf-' || booking_id, 100, 'COP', 'APPROVED',
        CASE WHEN status = 'expired' THEN 'credit' WHEN status = 'cancelled' THEN 'refunded' ELSE 'applied' END, 100, created_at, created_at,
        CASE WHEN status = 'expired' THEN 'amount' END FROM kf.booking;
INSERT INTO kf.refund (tenant_id, refund_id, payment_id, amount_cents, currency, state, reason, due_at, next_attempt_at, created_at)
    SELECT tenant_id, payment_id, payment_id, 100, 'COP', 'done', 'cancelled', created_at, created_at, created_at FROM kf.payment WHERE state = 'refunded';
INSERT INTO kf.outbox (tenant_id, message_id, booking_id, event, version, facts, url, state, attempts, next_attempt_at, created_at)
    SELECT tenant_id, 'msg_' || replace(booking_id::text, '-', ''), booking_id, 'booking.paid', 2, '{}', 'https://x.test', 'done', 1, created_at, created_at FROM kf.booking;
INSERT INTO kf.callback_attempt (tenant_id, message_id, n, at, status, latency_ms)
    SELECT tenant_id, message_id, 1, created_at, 200, 20 FROM kf.outbox;
INSERT INTO kf.audit (tenant_id, at, actor_kind, action, object_type, object_id)
    SELECT tenant_id, created_at, 'staff', 'service_updated', 'service', booking_id::text FROM kf.booking;
RESET session_replication_role;
ANALYZE kf.booking, kf.payment, kf.refund, kf.outbox, kf.callback_attempt, kf.audit;
SET ROLE konfirmado_app;
SET plan_cache_mode = force_generic_plan;
SET jit = off;
SELECT set_config('kf.tenant', t.id(100)::text, true);

-- The list's statement with the given conditions.
CREATE FUNCTION pg_temp.plan(p jsonb, p_after boolean DEFAULT false, p_words text[] DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v text := '';
    l text;
BEGIN
    FOR l IN EXECUTE 'EXPLAIN (COSTS OFF) ' || kf.booking_query(p, p_after, cardinality(p_words), p_words <> '{}')
        USING t.id(100), p, timestamptz '2026-01-01', timestamptz '2026-01-08', timestamptz '2025-10-01', t.id(11000), 51, p_words LOOP
        v := v || l || E'\n';
    END LOOP;
    RETURN v;
END
$$;
SELECT matches(pg_temp.plan(p, a), 'Index (Only )?Scan (Backward )?using ' || i || ' ', p::text || ' by ' || i) FROM (VALUES ('{}'::jsonb, false, 'booking_page'),
    ('{}', true, 'booking_page'), ('{"order":"oldest"}', true, 'booking_page'), ('{"from":"x","to":"x"}', false, 'booking_page'), ('{"status":"no_show"}', true, 'booking_page_status'),
    (jsonb_build_object('service', t.id(101)), true, 'booking_page_service'), (jsonb_build_object('link', t.id(122)), true, 'booking_page_link'), (jsonb_build_object('professional', t.id(111)), true, 'booking_page_professional'),
    ('{"status":"no_show","from":"x"}', false, 'booking_page_status')) x(p, a, i);
SELECT doesnt_match(pg_temp.plan(p, true), 'Sort|Seq Scan', p::text || ' in the order of the index') FROM (VALUES ('{}'::jsonb), ('{"order":"oldest"}'), ('{"status":"no_show"}'),
    (jsonb_build_object('service', t.id(101))), (jsonb_build_object('professional', t.id(111)))) x(p);
SELECT matches(pg_temp.plan('{}', true), 'Index Cond: .*ROW\(slot_start, booking_id\) <', 'the next page begins where the last one ended');
SELECT matches(pg_temp.plan('{"from":"x","to":"x"}'), 'Index Cond: .*slot_start >= .*slot_start < ', 'days bound it');
SELECT matches(pg_temp.plan('{}'), 'current_setting', 'under row security');
SELECT matches(pg_temp.plan(p, true, ARRAY['munoz', 'ana']), '^Limit\s+->  Result\s+One-Time Filter[^\n]*\n +->  Index Scan (Backward )?using ' || i || ' [^\n]*\n[^\n]*\n$', p::text || ' is gone through for words')
FROM (VALUES ('{}'::jsonb, 'booking_page'), ('{"order":"oldest"}', 'booking_page'), ('{"status":"no_show"}', 'booking_page_status')) x(p, i);

-- The search for words: as the directory, by trigrams.
RESET ROLE;
SET ROLE konfirmado_directory;
CREATE FUNCTION pg_temp.words(p text[]) RETURNS text LANGUAGE plpgsql SET enable_seqscan = off SET enable_indexscan = off AS $$
DECLARE
    v text := '';
    l text;
BEGIN
    FOR l IN EXECUTE 'EXPLAIN (COSTS OFF) ' || kf.booking_query('{}', false, cardinality(p), false)
        USING t.id(100), '{}'::jsonb, NULL::timestamptz, NULL::timestamptz, NULL::timestamptz, NULL::uuid, 51, p LOOP
        v := v || l || E'\n';
    END LOOP;
    RETURN v;
END
$$;
SELECT matches(pg_temp.words(w), 'Bitmap Index Scan on booking_search\s+Index Cond: .*tenant_id = .* AND \(search ~~ ', 'by trigrams, within the tenant: ' || w::text)
FROM (VALUES (ARRAY['%munoz%']), (ARRAY['% mu%']), (ARRAY['%ana%', '%munoz%'])) x(w);
SELECT ok((SELECT proconfig FROM pg_proc WHERE proname = 'booking_matches') @> ARRAY['enable_seqscan=off', 'enable_indexscan=off'], 'as the function does');
RESET ROLE;
SET ROLE konfirmado_app;

-- The reads of a call: rows of tables and entries of indexes together.
CREATE FUNCTION pg_temp.seen() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT (SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables WHERE schemaname = 'kf')::bigint
         + (SELECT sum(pg_stat_get_xact_tuples_returned(i.indexrelid)) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            WHERE c.relnamespace = 'kf'::regnamespace)::bigint $$;
CREATE FUNCTION pg_temp.reads(p_call text, p jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_before bigint := pg_temp.seen();
    v jsonb;
BEGIN
    EXECUTE format('SELECT kf.%s($1, $2)', p_call) INTO v USING t.id(100), p;
    RETURN pg_temp.seen() - v_before;
END
$$;
SELECT cmp_ok(pg_temp.reads('calendar_read', '{"from":"2026-01-01","to":"2026-01-07"}'), '>', 800::bigint, 'reading is counted');
SELECT cmp_ok(pg_temp.reads(c, p), '<', 1000::bigint, c || ' ' || p::text) FROM (VALUES ('booking_page', '{}'::jsonb), ('booking_page', '{"order":"oldest"}'), ('booking_page', '{"status":"no_show"}'),
    ('booking_page', '{"status":"pending"}'), ('booking_page', '{"status":"failed"}'), ('booking_page', jsonb_build_object('service', t.id(102), 'from', '2025-12-01')),
    ('booking_page', jsonb_build_object('professional', t.id(112), 'status', 'confirmed')), ('booking_page', '{"from":"2025-10-01","to":"2025-10-31"}'),
    ('booking_page', jsonb_build_object('after', (SELECT kf.place_of(kf.micros(slot_start)::text, booking_id::text) FROM kf.booking ORDER BY slot_start OFFSET 30 LIMIT 1))),
    ('message_page', '{}'), ('message_page', '{"state":"dead"}'), ('message_page', '{"state":"due"}'), ('message_page', jsonb_build_object('booking', t.id(10500))),
    ('refund_page', '{}'), ('refund_page', '{"state":"open"}'), ('refund_page', '{"state":"manual"}'), ('credit_page', '{}'),
    ('audit_page', '{}'), ('audit_page', '{"action":"link_created"}'), ('audit_page', jsonb_build_object('object_type', 'service', 'object_id', t.id(10500))), ('audit_page', '{"to":"2025-10-01"}'),
    ('audit_page', jsonb_build_object('actor', t.id(41))), ('service_page', '{"state":"archived"}'), ('closed_day_page', '{}')) x(c, p);
-- Rare words: some hundreds of bookings are read, then the index of texts finds them.
SELECT cmp_ok(pg_temp.reads('booking_page', p), '<', 1500::bigint, p::text) FROM (VALUES ('{"search":"munoz"}'::jsonb), ('{"search":"c777@"}'), ('{"search":"ines munoz"}'),
    ('{"search":"300 0000777"}'), ('{"search":"nobody"}'), ('{"search":"zz"}'), ('{"search":"munoz","status":"completed"}'), ('{"search":"munoz","order":"oldest"}')) x(p);
-- Frequent words fill the page during the scan, with any other filter, and with few bookings too.
SELECT cmp_ok(pg_temp.reads('booking_page', p), '<', 1000::bigint, p::text) FROM (VALUES ('{"search":"perez"}'::jsonb), ('{"search":"ana"}'), ('{"search":"ana perez","order":"oldest"}'),
    ('{"search":"lucia","status":"cancelled"}'), ('{"search":"perez","status":"failed"}'), ('{"search":"ana","status":"pending"}')) x(p);
-- No no-show of a given name: the worst case, and it ends.
SELECT cmp_ok(pg_temp.reads('booking_page', '{"search":"lucia","status":"no_show"}'), '<', 12000::bigint, 'a frequent word and a frequent state that never meet');
SELECT is(kf.booking_page(t.id(100), p || '{"limit":200}') #- '{next}', jsonb_build_object('items', (SELECT coalesce(jsonb_agg(kf.booking_row(q, 'America/Bogota') ORDER BY n), '[]')
    FROM (SELECT b AS q, row_number() OVER (ORDER BY CASE WHEN p ? 'order' THEN b.slot_start END, b.slot_start DESC) AS n FROM kf.booking b
          WHERE (p->>'status' IS NULL OR b.status = p->>'status') AND (SELECT bool_and(strpos(b.search, w) > 0) FROM unnest(kf.search_words(p->>'search')) w)
          ORDER BY 2 LIMIT 200) x)), p::text || ' finds what is there') FROM (VALUES ('{"search":"munoz"}'::jsonb), ('{"search":"ana"}'), ('{"search":"munoz","order":"oldest"}'),
    ('{"search":"ines munoz"}'), ('{"search":"77"}'), ('{"search":"777","status":"completed"}'), ('{"search":"oscar","order":"oldest","status":"confirmed"}'), ('{"search":"zz"}')) x(p);
SELECT is(jsonb_array_length(kf.booking_page(t.id(100), '{"search":"perez"}')->'items'), 50, 'and a page of it');
SELECT cmp_ok(pg_temp.reads('figures_read', '{"days":30}'), '<', 60000::bigint, 'figures read their days');
SELECT is(kf.booking_page(t.id(200), '{"search":"perez"}')->'items', '[]', 'nobody else finds them');
SELECT * FROM finish();
ROLLBACK;
