-- Helpers of the tests: schema t, and pgTAP in schema tap.
CREATE SCHEMA tap;
CREATE EXTENSION pgtap WITH SCHEMA tap;
CREATE SCHEMA t;
GRANT USAGE ON SCHEMA tap, t TO PUBLIC;

CREATE FUNCTION t.id(p_n int) RETURNS uuid LANGUAGE sql IMMUTABLE
AS $$ SELECT ('00000000-0000-7000-8000-' || lpad(p_n::text, 12, '0'))::uuid $$;

CREATE FUNCTION t.hash(p text) RETURNS bytea LANGUAGE sql IMMUTABLE
AS $$ SELECT sha256(convert_to(p, 'UTF8')) $$;

-- Sets the clock to an instant.
CREATE FUNCTION t.clock(p_at timestamptz) RETURNS timestamptz LANGUAGE sql
AS $$ UPDATE kf.test_clock SET shift = p_at - pg_catalog.now(); SELECT kf.now() $$;
ALTER FUNCTION t.clock OWNER TO konfirmado_owner;
ALTER FUNCTION t.clock SECURITY DEFINER;

-- The error of a statement: "SQLSTATE field", or "ok".
CREATE FUNCTION t.refusal(p_sql text) RETURNS text LANGUAGE plpgsql
AS $$
DECLARE
    v_state text;
    v_field text;
BEGIN
    EXECUTE p_sql;
    RETURN 'ok';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS v_state = RETURNED_SQLSTATE, v_field = COLUMN_NAME;
    RETURN trim(v_state || ' ' || v_field);
END
$$;

-- Tenant n (id n00): services n01 (COP 120,000, a quarter is charged), n02 (free), n03 (whole
-- price, buffers of 10 and 20 minutes); professionals n11 and n12 in p_zone, 08:00 to 18:00 every
-- day with a break from 12:00 to 13:00; link n21 "linkn"; an account; a callback address.
CREATE FUNCTION t.tenant(p_n int, p_zone text DEFAULT 'America/Bogota',
                         p_callback text DEFAULT 'https://merchant.example/hook')
RETURNS void LANGUAGE plpgsql
AS $$
DECLARE
    v_t uuid := t.id(p_n * 100);
    v_hours jsonb;
BEGIN
    PERFORM kf.tenant_create(v_t, jsonb_build_object('subdomain', 'tenant' || p_n, 'name', 'Tenant ' || p_n,
        'time_zone', p_zone, 'callback_url', p_callback, 'return_url', 'https://merchant.example/back'));
    PERFORM kf.service_create(v_t, t.id(p_n * 100 + 1), '{"name":"Consulta","description":"Una consulta de media hora",
        "duration_min":30,"price_cents":12000000,"charge_type":"partial_percent"}');
    PERFORM kf.service_create(v_t, t.id(p_n * 100 + 2), '{"name":"Llamada","description":"Una llamada sin costo",
        "duration_min":15,"price_cents":0}');
    PERFORM kf.service_create(v_t, t.id(p_n * 100 + 3), '{"name":"Terapia","description":"Una hora con pausas",
        "duration_min":60,"price_cents":9500000,"buffer_before_min":10,"buffer_after_min":20}');
    SELECT jsonb_agg(jsonb_build_object('weekday', d, 'kind', k, 'starts', s, 'ends', e)) INTO v_hours
    FROM generate_series(1, 7) d, (VALUES ('work', '08:00', '18:00'), ('break', '12:00', '13:00')) h(k, s, e);
    FOR i IN 1..2 LOOP
        PERFORM kf.professional_create(v_t, t.id(p_n * 100 + 10 + i), jsonb_build_object(
            'name', 'Professional ' || i, 'time_zone', p_zone, 'position', i, 'hours', v_hours,
            'services', jsonb_build_array(t.id(p_n * 100 + 1), t.id(p_n * 100 + 2), t.id(p_n * 100 + 3))));
    END LOOP;
    PERFORM kf.link_create(v_t, t.id(p_n * 100 + 21), 'link' || lpad(p_n::text, 3, '0'), '{"name":"Web"}');
    PERFORM kf.payment_account_put(v_t, 'wompi', 'test', 'pub_test_' || p_n, 'sealed-private', 'sealed-integrity',
        'sealed-events', 'hook-of-tenant-number-' || p_n);
    PERFORM kf.callback_secret_add(v_t, t.id(p_n * 100 + 31), 'sealed-callback', 86400);
END
$$;

-- Holds tenant p_n's service (last two digits p_service) with professional 11 or 12, or any
-- (null); the claim's id is p_claim, its token 'token <p_claim>'.
CREATE FUNCTION t.hold(p_n int, p_claim int, p_start timestamptz, p_service int DEFAULT 1,
                       p_professional int DEFAULT 11, p_ttl int DEFAULT 600, p_replaces int DEFAULT NULL)
RETURNS uuid LANGUAGE sql
AS $$
    SELECT h.professional_id FROM kf.hold_create(t.id(p_n * 100), t.id(p_claim), 'link' || lpad(p_n::text, 3, '0'),
        t.id(p_n * 100 + p_service), t.id(p_n * 100 + p_professional), p_start, t.hash('token ' || p_claim), p_ttl,
        'America/Bogota', CASE WHEN p_replaces IS NOT NULL THEN t.hash('token ' || p_replaces) END) h
$$;

-- Turns that claim into booking p_claim with attempt p_claim; returns the reference.
CREATE FUNCTION t.book(p_n int, p_claim int) RETURNS text LANGUAGE sql
AS $$
    SELECT b.reference FROM kf.booking_start(t.id(p_n * 100), t.id(p_claim), t.id(p_claim), t.id(p_claim),
        t.hash('token ' || p_claim), 'Ana Pérez', 'ana@example.test', '+573001234567', '', 'es', 'America/Bogota') b
$$;

CREATE FUNCTION t.ref(p_booking int, p_attempt int DEFAULT 1) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT 'kf-' || replace(t.id(p_booking)::text, '-', '') || '-' || p_attempt $$;

-- A provider's statement about transaction p_tx.
CREATE FUNCTION t.pay(p_n int, p_tx text, p_ref text, p_status text, p_amount bigint DEFAULT 3000000,
                      p_currency text DEFAULT 'COP') RETURNS text LANGUAGE sql
AS $$
    SELECT a.outcome FROM kf.payment_apply(t.id(p_n * 100), gen_random_uuid(), 'wompi', p_tx, p_ref, p_status,
        p_amount, p_currency, 'CARD', true, 'test') a
$$;

CREATE FUNCTION t.status(p_n int, p_booking int) RETURNS text LANGUAGE sql
AS $$ SELECT b.status || ' ' || b.payment_status FROM kf.booking_read(t.id(p_n * 100), t.id(p_booking), NULL) b $$;

-- The ledger of a tenant as approved=applied+credit+refund_due+refunded.
CREATE FUNCTION t.ledger(p_n int) RETURNS text LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', t.id(p_n * 100)::text, true);
    RETURN (SELECT string_agg(format('%s=%s+%s+%s+%s', l.approved, l.applied, l.credit, l.refund_due, l.refunded), ' ')
            FROM kf.ledger l);
END
$$;

-- The events sent to the merchant about a booking, in order.
CREATE FUNCTION t.told(p_n int, p_booking int) RETURNS text LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', t.id(p_n * 100)::text, true);
    RETURN (SELECT string_agg(o.event, ' ' ORDER BY o.version) FROM kf.outbox o WHERE o.booking_id = t.id(p_booking));
END
$$;
-- Professional n<p_professional> connects a calendar: reads 'cal-a' and 'cal-b', writes to 'cal-a' unless given
-- otherwise. Returns the connection's id; its invitation and grant have the ids + 1 and + 2.
CREATE FUNCTION t.calendar(p_n int, p_connection int, p_professional int DEFAULT 11, p_account text DEFAULT 'account',
                           p jsonb DEFAULT '{"read":["cal-a","cal-b"],"write":"cal-a"}') RETURNS uuid LANGUAGE plpgsql
AS $$
DECLARE
    v_t uuid := t.id(p_n * 100);
    v text := p_n || ' ' || p_connection;
    g record;
BEGIN
    PERFORM kf.calendar_invite(v_t, t.id(p_n * 100 + p_professional), t.id(p_connection + 1), t.hash('invitation ' || v),
                               '{}', NULL, NULL);
    PERFORM kf.calendar_grant_begin(v_t, t.id(p_connection + 2), t.id(p_connection + 1), 'google', t.hash('state ' || v),
                                    t.hash('browser ' || v), 'sealed-verifier');
    SELECT * INTO g FROM kf.calendar_grant_take(t.hash('state ' || v), t.hash('browser ' || v));
    PERFORM kf.calendar_grant_put(v_t, g.grant_id, p_account, p_account || '@example.test', 'all of them', 'sealed-tokens',
        kf.now() + interval '1 hour', '[{"id":"cal-a","name":"Agenda","may_write":true,"primary":true},
            {"id":"cal-b","name":"Familia","may_write":true},{"id":"cal-c","name":"Festivos","may_write":false}]');
    PERFORM kf.calendar_connect(v_t, g.grant_id, t.hash('browser ' || v), t.id(p_connection), 'sealed-refresh',
                                'sealed-access', kf.now() + interval '1 hour', p);
    RETURN t.id(p_connection);
END
$$;

-- Reads a row of a professional's busy time as a worker does: p_busy as a multirange.
CREATE FUNCTION t.read(p_n int, p_busy text DEFAULT '{}', p_professional int DEFAULT 11,
                       p_at timestamptz DEFAULT NULL) RETURNS text LANGUAGE plpgsql
AS $$
DECLARE
    b record;
BEGIN
    SELECT * INTO b FROM kf.calendar_fresh_begin(t.id(p_n * 100), t.id(p_n * 100 + p_professional),
                                                 coalesce(p_at, kf.now()), NULL, 10);
    IF b.verdict = 'go' THEN
        RETURN (SELECT 'go ' || d.changed FROM kf.calendar_read_done(t.id(p_n * 100), t.id(p_n * 100 + p_professional), b.n,
            b.lease, b.now, b.range_from, b.range_to, p_busy, 60, 900) d);
    END IF;
    RETURN b.verdict;
END
$$;

-- Empties the database between the permutations of a schedule.
CREATE FUNCTION t.reset() RETURNS void LANGUAGE sql SECURITY DEFINER
AS $$ TRUNCATE kf.tenant, kf.free_address CASCADE; UPDATE kf.test_clock SET shift = '0' $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA t, tap TO PUBLIC;
