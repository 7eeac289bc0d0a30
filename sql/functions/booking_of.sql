-- The booking that a hold would be, with the terms of sale frozen in it: sums in their columns, the rest as a document.
CREATE OR REPLACE FUNCTION kf.booking_of(c kf.claim, p_booking uuid, p_name text, p_email text,
    p_phone text, p_notes text, p_language text, p_zone text)
RETURNS kf.booking
LANGUAGE plpgsql
AS $$
DECLARE
    b kf.booking;
    v_status text;
BEGIN
    SELECT t.status, jsonb_build_object('service_name', s.name, 'duration_min', s.duration_min,
               'charge_type', s.charge_type, 'deposit_percent', s.deposit_percent,
               'professional_name', p.name, 'professional_zone', p.time_zone,
               'tenant_name', t.name, 'tenant_zone', t.time_zone, 'terms_url', t.terms_url,
               'policy', kf.policy_of(s))
    INTO v_status, b.terms
    FROM kf.tenant t, kf.service s, kf.professional p
    WHERE t.tenant_id = c.tenant_id AND s.tenant_id = c.tenant_id AND s.service_id = c.service_id
      AND p.tenant_id = c.tenant_id AND p.professional_id = c.professional_id;
    IF v_status <> 'active' THEN
        PERFORM kf.refuse('KF419', 'This business is not taking bookings now');
    END IF;
    b.tenant_id := c.tenant_id;
    b.booking_id := p_booking;
    b.claim_id := c.claim_id;
    b.service_id := c.service_id;
    b.professional_id := c.professional_id;
    b.link_id := c.link_id;
    b.status := 'pending';
    b.version := 1;
    b.sequence := 0;
    b.moves := 0;
    b.reminders := true;
    b.customer_name := p_name;
    b.customer_email := p_email;
    b.customer_phone := p_phone;
    b.notes := coalesce(p_notes, '');
    b.created_at := kf.now();
    b.updated_at := b.created_at;
    b.accepted_terms_at := b.created_at;
    b.language := p_language;
    b.customer_zone := coalesce(p_zone, c.customer_zone);
    b.slot_start := c.slot_start;
    b.slot_end := c.slot_end;
    b.hold_expires_at := c.expires_at;
    b.price_cents := c.price_cents;
    b.charge_cents := c.charge_cents;
    b.currency := c.currency;
    b.token_hash := c.token_hash;
    RETURN b;
END
$$;
