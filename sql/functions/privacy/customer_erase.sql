-- A customer's address, normalized: lower case, without surrounding blanks.
CREATE OR REPLACE FUNCTION kf.customer_email(p_email text) RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v text := lower(btrim(coalesce(p_email, '')));
BEGIN
    IF v !~ '^[^[:space:]@]+@[^[:space:]@]+$' OR length(v) > 254 THEN
        PERFORM kf.refuse_field('This is not an email address', 'email', 'not_an_email');
    END IF;
    RETURN v;
END
$$;

-- Erases a customer: all data under this address. Accounting stays, without personal data. Returns counts: {"bookings",
-- "mails", "messages", "waiting", "events_left"} (the last: events in calendars that are no longer connected, which
-- must be deleted there).
-- Refusals: KF422 (email), KF409 (booking: one is in the future and must be cancelled first; refund: money is to go
-- back).
CREATE OR REPLACE FUNCTION kf.customer_erase(p_tenant uuid, p_email text) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_email text := kf.customer_email(p_email);
    v_words text[];
    v_done jsonb;
    v_sum jsonb := '{"bookings":0,"mails":0,"messages":0,"waiting":0,"events_left":0}';
    b kf.booking;
BEGIN
    v_words := ARRAY[v_email];
    PERFORM kf.customer_ready(p_tenant, v_email);
    FOR b IN SELECT x.* FROM kf.booking x
             WHERE x.tenant_id = p_tenant AND lower(x.customer_email) = v_email AND x.erased_at IS NULL
             ORDER BY x.booking_id LOOP
        v_words := v_words || ARRAY[b.customer_name, b.customer_phone];
        v_done := kf.booking_scrub(p_tenant, b.booking_id);
        v_sum := kf.counts_add(v_sum, v_done);
    END LOOP;
    -- a time that is reserved for them is released
    PERFORM kf.waiting_end(q.w) FROM (
        SELECT w FROM kf.waiting w
        WHERE w.tenant_id = p_tenant AND lower(w.email) = v_email AND w.state IN ('unverified', 'waiting', 'offered')
        ORDER BY w.waiting_id FOR UPDATE) q;
    v_sum := kf.counts_add(v_sum, kf.customer_scrub(p_tenant, v_email, v_words));
    PERFORM kf.audit_put(p_tenant, 'customer_erased', 'customer', '', '', NULL, v_sum);
    RETURN v_sum;
END
$$;

-- Refuses the erasure of a customer with a future booking or an open refund.
CREATE OR REPLACE FUNCTION kf.customer_ready(p_tenant uuid, p_email text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF EXISTS (SELECT FROM kf.booking b WHERE b.tenant_id = p_tenant AND lower(b.customer_email) = p_email
               AND b.erased_at IS NULL AND kf.booking_ahead(b)) THEN
        PERFORM kf.refuse('KF409', 'This customer has a future booking: cancel it first', 'booking');
    ELSIF EXISTS (SELECT FROM kf.booking b WHERE b.tenant_id = p_tenant AND lower(b.customer_email) = p_email
                  AND b.erased_at IS NULL AND kf.booking_owes(b)) THEN
        PERFORM kf.refuse('KF409', 'This customer has a pending refund: settle it first', 'refund');
    END IF;
END
$$;

-- The keys by which a stored answer of the API contains a customer (lower case): the address, telephone numbers, ids of
-- bookings and of places in waiting lists.
CREATE OR REPLACE FUNCTION kf.customer_keys(p_tenant uuid, p_email text) RETURNS text[]
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_email text := kf.customer_email(p_email);
BEGIN
    RETURN ARRAY(
        SELECT v_email
        UNION SELECT replace(v_email, '@', '%40')
        UNION SELECT unnest(ARRAY[b.booking_id::text, ltrim(b.customer_phone, '+')]) FROM kf.booking b
        WHERE b.tenant_id = p_tenant AND lower(b.customer_email) = v_email AND b.erased_at IS NULL
        UNION SELECT w.waiting_id::text FROM kf.waiting w WHERE w.tenant_id = p_tenant AND lower(w.email) = v_email
        EXCEPT SELECT '');
END
$$;

-- Adds two documents of counts (null: none).
CREATE OR REPLACE FUNCTION kf.counts_add(p jsonb, q jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT jsonb_object_agg(k, coalesce((p->>k)::bigint, 0) + coalesce((q->>k)::bigint, 0))
    FROM (SELECT jsonb_object_keys(p) UNION SELECT jsonb_object_keys(coalesce(q, '{}'))) x(k)
$$;
