-- The claim that a hold of a service would be, its professional still open.
CREATE OR REPLACE FUNCTION kf.claim_of(p_claim uuid, l kf.booking_link, s kf.service, p_start timestamptz,
                                       p_token_hash bytea, p_ttl_s int, p_zone text)
RETURNS kf.claim
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    c kf.claim;
BEGIN
    c.tenant_id := s.tenant_id;
    c.claim_id := p_claim;
    c.service_id := s.service_id;
    c.link_id := l.link_id;
    c.slot_start := p_start;
    c.slot_end := p_start + make_interval(mins => s.duration_min);
    c.starts_at := p_start - make_interval(mins => s.buffer_before_min);
    c.ends_at := c.slot_end + make_interval(mins => s.buffer_after_min);
    c.state := 'held';
    c.created_at := kf.now();
    c.expires_at := c.created_at + make_interval(secs => p_ttl_s);
    c.token_hash := p_token_hash;
    c.price_cents := s.price_cents;
    c.charge_cents := kf.service_charge(s.charge_type, s.price_cents, s.deposit_percent, s.deposit_cents);
    c.currency := s.currency;
    c.customer_zone := p_zone;
    RETURN c;
END
$$;
