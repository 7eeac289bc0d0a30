-- Bookings of a tenant, newest first. p_status null: all. Only names and status, because the operator needs no address.
CREATE OR REPLACE FUNCTION kf.bookings_list(p_tenant uuid, p_status text, p_limit int)
RETURNS TABLE (booking_id uuid, doc jsonb)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    RETURN QUERY
    SELECT b.booking_id, jsonb_build_object(
        'id', b.booking_id, 'status', b.status, 'version', b.version, 'customer_name', b.customer_name,
        'service_name', b.terms->>'service_name', 'professional_name', b.terms->>'professional_name',
        'slot_start', kf.iso(b.slot_start), 'slot_end', kf.iso(b.slot_end), 'price_cents', b.price_cents,
        'charge_cents', b.charge_cents, 'currency', b.currency, 'created_at', kf.iso(b.created_at))
    FROM kf.booking b
    WHERE b.tenant_id = p_tenant AND (p_status IS NULL OR b.status = p_status)
    ORDER BY b.created_at DESC, b.booking_id DESC
    LIMIT p_limit;
END
$$;
