-- Creates the address at which calendar programs subscribe to a professional's bookings. A new address replaces the
-- former one. null: there is no such professional.
CREATE OR REPLACE FUNCTION kf.feed_create(p_tenant uuid, p_professional uuid, p_feed uuid, p_hash bytea) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    f kf.professional := kf.professional_lock(p_tenant, p_professional, NULL);
BEGIN
    IF f.professional_id IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE kf.feed x SET revoked_at = kf.now()
    WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND x.revoked_at IS NULL;
    INSERT INTO kf.feed (tenant_id, feed_id, professional_id, token_hash, created_at)
    VALUES (p_tenant, p_feed, p_professional, p_hash, kf.now());
    PERFORM kf.audit_put(p_tenant, 'feed_created', 'professional', p_professional::text, f.name);
    RETURN kf.feed_get(p_tenant, p_professional);
END
$$;

-- Ends the address: it no longer returns bookings. null: there is no such professional.
CREATE OR REPLACE FUNCTION kf.feed_revoke(p_tenant uuid, p_professional uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    f kf.professional := kf.professional_lock(p_tenant, p_professional, NULL);
BEGIN
    IF f.professional_id IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE kf.feed x SET revoked_at = kf.now()
    WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND x.revoked_at IS NULL;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF409', 'There is no feed to revoke');
    END IF;
    PERFORM kf.audit_put(p_tenant, 'feed_revoked', 'professional', p_professional::text, f.name);
    RETURN '{}';
END
$$;

-- The professional's feed {"id","created_at","read_at"}; null: there is none. (The secret is not stored.)
CREATE OR REPLACE FUNCTION kf.feed_get(p_tenant uuid, p_professional uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
BEGIN
    RETURN (SELECT jsonb_build_object('id', x.feed_id, 'created_at', kf.iso_local(x.created_at, v_zone),
                                      'read_at', kf.iso_local(x.read_at, v_zone))
            FROM kf.feed x
            WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND x.revoked_at IS NULL);
END
$$;

-- The content of a feed, ordered by start: the last 30 days and the next 400, settled bookings that are not cancelled.
-- A calendar program reads a feed as a whole, so a missing booking disappears there.
CREATE OR REPLACE FUNCTION kf.feed_read(p_tenant uuid, p_feed uuid)
RETURNS TABLE (booking_id uuid, sequence int, changed_at timestamptz, slot_start timestamptz, slot_end timestamptz,
               service text, customer_name text, customer_phone text, place text, meeting_url text)
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
BEGIN
    RETURN QUERY
    SELECT b.booking_id, b.sequence, b.updated_at, b.slot_start, b.slot_end, b.terms->>'service_name',
           b.customer_name, b.customer_phone, s.place,
           (SELECT e.meeting_url FROM kf.calendar_event e
            WHERE e.tenant_id = p_tenant AND e.booking_id = b.booking_id AND e.wanted = 'present'
            ORDER BY e.n DESC LIMIT 1)
    FROM kf.feed x
    JOIN kf.booking b ON b.tenant_id = x.tenant_id AND b.professional_id = x.professional_id
    JOIN kf.service s ON s.tenant_id = b.tenant_id AND s.service_id = b.service_id
    WHERE x.tenant_id = p_tenant AND x.feed_id = p_feed AND x.revoked_at IS NULL
      AND b.status IN ('paid', 'confirmed', 'completed', 'no_show') AND b.erased_at IS NULL
      AND b.slot_start >= v_now - interval '30 days' AND b.slot_start < v_now + interval '400 days'
    ORDER BY b.slot_start, b.booking_id
    LIMIT 3000;
END
$$;
