-- The claim that a hold of a service would be, its professional still open.
CREATE OR REPLACE FUNCTION kf.claim_of(p_claim uuid, l kf.booking_link, s kf.service, p_start timestamptz,
                                       p_token_hash bytea, p_ttl_s int, p_zone text)
RETURNS kf.claim
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    c kf.claim;
BEGIN
    -- One statement: each assignment of its own would be prepared in every transaction.
    SELECT s.tenant_id, p_claim, s.service_id, l.link_id, p_start, q.until,
           p_start - make_interval(mins => s.buffer_before_min), q.until + make_interval(mins => s.buffer_after_min),
           'held', q.now, q.now + make_interval(secs => p_ttl_s), p_token_hash, s.price_cents,
           kf.service_charge(s.charge_type, s.price_cents, s.deposit_percent, s.deposit_cents), s.currency, p_zone
    INTO c.tenant_id, c.claim_id, c.service_id, c.link_id, c.slot_start, c.slot_end, c.starts_at, c.ends_at,
         c.state, c.created_at, c.expires_at, c.token_hash, c.price_cents, c.charge_cents, c.currency, c.customer_zone
    FROM (SELECT kf.now() AS now, p_start + make_interval(mins => s.duration_min) AS until) q;
    RETURN c;
END
$$;
