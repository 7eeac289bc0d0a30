-- A booking as a line of a list.
CREATE OR REPLACE FUNCTION kf.booking_row(b kf.booking, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN jsonb_build_object(
        'id', b.booking_id, 'status', b.status, 'version', b.version, 'source', b.source,
        'start', kf.iso_local(b.slot_start, p_zone), 'end', kf.iso_local(b.slot_end, p_zone),
        'service', jsonb_build_object('id', b.service_id, 'name', b.terms->'service_name'),
        'professional', jsonb_build_object('id', b.professional_id, 'name', b.terms->'professional_name'),
        'customer', jsonb_build_object('name', b.customer_name, 'email', b.customer_email, 'phone', b.customer_phone),
        'price_cents', b.price_cents, 'charge_cents', b.charge_cents, 'currency', b.currency,
        'paid', EXISTS (SELECT FROM kf.payment x WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id
                        AND x.state = 'applied'));
END
$$;
