-- As kf.hold_take, for a hold that has a former one or belongs to another site.
-- p_return: the customer's return address; without it that of the former hold.
-- p_frame: the hash of the name of its frame. The frame's former hold ends, also if both are requested at the same
-- moment: the second request waits.
-- Refusals: those of kf.hold_take, and KF422 (return_url).
CREATE OR REPLACE FUNCTION kf.hold_take_at(p_tenant uuid, p_claim uuid, p_link text, p_service uuid,
    p_professional uuid, p_start timestamptz, p_token_hash bytea, p_ttl_s int, p_zone text,
    p_replaces bytea, p_after timestamptz, p_address bigint, p_network bigint, p_bounds int[], p_work int, p_return text,
    p_frame bytea)
RETURNS TABLE (claim_id uuid, professional_id uuid, professional_name text, slot_start timestamptz,
               slot_end timestamptz, expires_at timestamptz, price_cents bigint,
               charge_cents bigint, currency text)
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    o kf.claim;
BEGIN
    PERFORM kf.return_check(p_tenant, p_return);
    IF p_frame IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(kf.lock_key('frame', p_tenant, encode(p_frame, 'hex')));
        SELECT x.* INTO o FROM kf.hold_frame f
        JOIN kf.claim x ON x.tenant_id = f.tenant_id AND x.claim_id = f.claim_id AND x.state = 'held'
        WHERE f.tenant_id = p_tenant AND f.frame_hash = p_frame;
    END IF;
    IF o.claim_id IS NULL AND p_replaces IS NOT NULL THEN
        SELECT x.* INTO o FROM kf.claim x
        WHERE x.tenant_id = p_tenant AND x.token_hash = p_replaces AND x.state = 'held';
    END IF;
    RETURN QUERY SELECT * FROM kf.hold_take(p_tenant, p_claim, p_link, p_service, p_professional, p_start,
        p_token_hash, p_ttl_s, p_zone, o.token_hash, p_after, p_address, p_network, p_bounds, p_work);
    IF coalesce(p_return, o.return_url) IS NOT NULL THEN
        UPDATE kf.claim x SET return_url = coalesce(p_return, o.return_url)
        WHERE x.tenant_id = p_tenant AND x.claim_id = p_claim;
    END IF;
    IF p_frame IS NOT NULL THEN
        INSERT INTO kf.hold_frame VALUES (p_tenant, p_claim, p_frame);
    END IF;
END
$$;
