-- Takes an offer: it becomes a hold of the customer's browser (p_hold_hash), with the normal duration from now.
-- Refusals: KF416 (no offer of this token, or it was taken), KF415 (it has expired), KF419.
CREATE OR REPLACE FUNCTION kf.waiting_take(p_tenant uuid, p_offer_hash bytea, p_hold_hash bytea, p_ttl_s int)
RETURNS TABLE (claim_id uuid, professional_id uuid, professional_name text, slot_start timestamptz,
               slot_end timestamptz, expires_at timestamptz, price_cents bigint,
               charge_cents bigint, currency text)
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
    w kf.waiting;
    c kf.claim;
BEGIN
    SELECT x.* INTO w FROM kf.waiting x WHERE x.tenant_id = p_tenant AND x.offer_hash = p_offer_hash FOR UPDATE;
    IF NOT FOUND OR w.state IN ('taken', 'left') THEN
        PERFORM kf.refuse('KF416', 'The token does not give the right to this');
    ELSIF NOT EXISTS (SELECT FROM kf.tenant t WHERE t.tenant_id = p_tenant AND t.status = 'active') THEN
        PERFORM kf.refuse('KF419', 'This business is not taking bookings now');
    END IF;
    SELECT x.* INTO c FROM kf.claim x WHERE x.tenant_id = p_tenant AND x.claim_id = w.claim_id FOR UPDATE;
    IF w.state <> 'offered' OR w.offered_until <= v_now OR c.state <> 'held' OR c.expires_at <= v_now THEN
        PERFORM kf.refuse('KF415', 'The hold on this time has ended');
    END IF;
    UPDATE kf.waiting x SET state = 'taken', offered_until = NULL
    WHERE x.tenant_id = p_tenant AND x.waiting_id = w.waiting_id;
    UPDATE kf.claim x SET token_hash = p_hold_hash, expires_at = v_now + make_interval(secs => p_ttl_s)
    WHERE x.tenant_id = p_tenant AND x.claim_id = c.claim_id;
    RETURN QUERY
    SELECT c.claim_id, c.professional_id, f.name, c.slot_start, c.slot_end, v_now + make_interval(secs => p_ttl_s),
           c.price_cents, c.charge_cents, c.currency
    FROM kf.professional f WHERE f.tenant_id = p_tenant AND f.professional_id = c.professional_id;
END
$$;

-- Links a taken offer to another claim (p_to instead of p_from). When that claim is released, its time is open, as
-- after an offer (kf.freed_put).
CREATE OR REPLACE FUNCTION kf.waiting_moved(p_tenant uuid, p_from uuid, p_to uuid) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE kf.waiting w SET claim_id = p_to WHERE w.tenant_id = p_tenant AND w.claim_id = p_from AND w.state = 'taken';
END
$$;
