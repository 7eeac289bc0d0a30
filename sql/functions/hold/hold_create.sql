-- For servers of version 13: kf.hold_take without the browser's location and limits. To be removed when kf.meta
-- 'serves' has passed 13.
CREATE OR REPLACE FUNCTION kf.hold_create(p_tenant uuid, p_claim uuid, p_link text, p_service uuid,
    p_professional uuid, p_start timestamptz, p_token_hash bytea, p_ttl_s int, p_zone text,
    p_replaces bytea, p_after timestamptz DEFAULT NULL)
RETURNS TABLE (claim_id uuid, professional_id uuid, professional_name text, slot_start timestamptz,
               slot_end timestamptz, expires_at timestamptz, price_cents bigint,
               charge_cents bigint, currency text)
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY SELECT * FROM kf.hold_take(p_tenant, p_claim, p_link, p_service, p_professional, p_start, p_token_hash,
                                            p_ttl_s, p_zone, p_replaces, p_after, NULL, NULL, NULL, NULL);
END
$$;
