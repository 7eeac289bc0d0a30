-- The booking for a hold, with the terms of sale frozen in it: amounts in columns, the rest as a document.
CREATE OR REPLACE FUNCTION kf.booking_of(c kf.claim, p_booking uuid, p_name text, p_email text,
    p_phone text, p_notes text, p_language text, p_zone text)
RETURNS kf.booking
LANGUAGE plpgsql
AS $$
DECLARE
    b kf.booking;
    v_status text;
BEGIN
    -- One statement, because separate assignments would each be prepared in every transaction.
    SELECT t.status, jsonb_build_object('service_name', s.name, 'duration_min', s.duration_min,
               'charge_type', s.charge_type, 'deposit_percent', s.deposit_percent,
               'professional_name', p.name, 'professional_zone', p.time_zone,
               'tenant_name', t.name, 'tenant_zone', t.time_zone, 'terms_url', t.terms_url,
               'policy', kf.policy_of(s)),
           c.tenant_id, p_booking, c.claim_id, c.service_id, c.professional_id, c.link_id, c.slot_start, c.slot_end,
           c.expires_at, c.price_cents, c.charge_cents, c.currency, c.token_hash, coalesce(p_zone, c.customer_zone),
           'pending', 1, 0, 0, true, p_name, p_email, p_phone, coalesce(p_notes, ''), p_language,
           kf.now(), kf.now(), kf.now(), c.return_url
    INTO v_status, b.terms,
         b.tenant_id, b.booking_id, b.claim_id, b.service_id, b.professional_id, b.link_id, b.slot_start, b.slot_end,
         b.hold_expires_at, b.price_cents, b.charge_cents, b.currency, b.token_hash, b.customer_zone,
         b.status, b.version, b.sequence, b.moves, b.reminders, b.customer_name, b.customer_email, b.customer_phone,
         b.notes, b.language, b.accepted_terms_at, b.created_at, b.updated_at, b.return_url
    FROM kf.tenant t, kf.service s, kf.professional p
    WHERE t.tenant_id = c.tenant_id AND s.tenant_id = c.tenant_id AND s.service_id = c.service_id
      AND p.tenant_id = c.tenant_id AND p.professional_id = c.professional_id;
    IF v_status <> 'active' THEN
        PERFORM kf.refuse('KF419', 'This business is not taking bookings now');
    END IF;
    RETURN b;
END
$$;
