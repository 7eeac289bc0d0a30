-- A short form of a booking, shown beside its money; null: there is none.
CREATE OR REPLACE FUNCTION kf.booking_brief(p_tenant uuid, p_booking uuid, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT jsonb_build_object('id', b.booking_id, 'status', b.status, 'start', kf.iso_local(b.slot_start, p_zone),
                                      'customer_name', b.customer_name, 'service_name', b.terms->'service_name')
            FROM kf.booking b WHERE b.tenant_id = p_tenant AND b.booking_id = p_booking);
END
$$;
