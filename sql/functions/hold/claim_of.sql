-- The claim for a hold of a service, without its professional. p_address, p_network: as in kf.hold_take.
-- p_first_s: how long it lasts until the customer reaches the details; null or not shorter than p_ttl_s: p_ttl_s.
CREATE OR REPLACE FUNCTION kf.claim_held(p_claim uuid, l kf.booking_link, s kf.service, p_start timestamptz,
    p_token_hash bytea, p_ttl_s int, p_zone text, p_address bigint, p_network bigint, p_first_s int)
RETURNS kf.claim
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    c kf.claim;
BEGIN
    -- One statement, because separate assignments would each be prepared in every transaction.
    SELECT s.tenant_id, p_claim, s.service_id, l.link_id, p_start, q.until,
           p_start - make_interval(mins => s.buffer_before_min), q.until + make_interval(mins => s.buffer_after_min),
           'held', q.now, q.now + make_interval(secs => least(p_ttl_s, nullif(p_first_s, 0))), p_address, p_network,
           CASE WHEN p_first_s BETWEEN 1 AND p_ttl_s - 1 THEN q.now + make_interval(secs => p_ttl_s) END,
           p_token_hash, s.price_cents,
           kf.service_charge(s.charge_type, s.price_cents, s.deposit_percent, s.deposit_cents), s.currency, p_zone
    INTO c.tenant_id, c.claim_id, c.service_id, c.link_id, c.slot_start, c.slot_end, c.starts_at, c.ends_at,
         c.state, c.created_at, c.expires_at, c.holder_address, c.holder_network, c.full_until, c.token_hash,
         c.price_cents, c.charge_cents, c.currency, c.customer_zone
    FROM (SELECT kf.now() AS now, p_start + make_interval(mins => s.duration_min) AS until) q;
    RETURN c;
END
$$;

-- The same for a claim that no browser makes.
CREATE OR REPLACE FUNCTION kf.claim_of(p_claim uuid, l kf.booking_link, s kf.service, p_start timestamptz,
                                       p_token_hash bytea, p_ttl_s int, p_zone text)
RETURNS kf.claim
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN kf.claim_held(p_claim, l, s, p_start, p_token_hash, p_ttl_s, p_zone, NULL, NULL, NULL);
END
$$;
