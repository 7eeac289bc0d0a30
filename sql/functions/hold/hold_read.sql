-- A hold by its token, with the terms for cancelling and moving of its later booking. The reader has reached the
-- details, so the hold lasts its full time from now on.
CREATE OR REPLACE FUNCTION kf.hold_read(p_tenant uuid, p_token_hash bytea)
RETURNS TABLE (claim_id uuid, link_public_id text, service_id uuid, professional_id uuid,
               service_name text, professional_name text, professional_zone text,
               slot_start timestamptz, slot_end timestamptz, state text, expires_at timestamptz,
               now timestamptz, price_cents bigint, charge_cents bigint, currency text,
               customer_zone text, booking_id uuid, policy jsonb)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    UPDATE kf.claim c SET expires_at = c.full_until, full_until = NULL
    WHERE c.tenant_id = p_tenant AND c.token_hash = p_token_hash AND c.state = 'held' AND c.expires_at > kf.now()
      AND c.full_until IS NOT NULL;
    RETURN QUERY
    SELECT c.claim_id, l.public_id, c.service_id, c.professional_id, s.name, p.name, p.time_zone,
           c.slot_start, c.slot_end, c.state, c.expires_at, kf.now(), c.price_cents,
           c.charge_cents, c.currency, c.customer_zone, b.booking_id, kf.policy_of(s)
    FROM kf.claim c
    JOIN kf.service s USING (tenant_id, service_id)
    JOIN kf.professional p USING (tenant_id, professional_id)
    LEFT JOIN kf.booking_link l ON l.tenant_id = c.tenant_id AND l.link_id = c.link_id
    LEFT JOIN kf.booking b ON b.tenant_id = c.tenant_id AND b.token_hash = c.token_hash
    WHERE c.tenant_id = p_tenant AND c.token_hash = p_token_hash;
END
$$;
