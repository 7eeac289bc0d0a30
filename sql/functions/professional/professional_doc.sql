-- A professional as the merchant sees them. The built-in calendar consists of working hours and bookings only. At most
-- a thousand future bookings are counted.
CREATE OR REPLACE FUNCTION kf.professional_doc(f kf.professional, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN to_jsonb(f) - ARRAY['tenant_id', 'professional_id']
        || kf.professional_week(f.tenant_id, f.professional_id) || jsonb_build_object(
        'id', f.professional_id, 'calendar', kf.calendar_state(f.tenant_id, f.professional_id),
        'created_at', kf.iso_local(f.created_at, p_zone), 'archived_at', kf.iso_local(f.archived_at, p_zone),
        'future_bookings', (SELECT count(*) FROM (SELECT FROM kf.booking b
                            WHERE b.tenant_id = f.tenant_id AND b.professional_id = f.professional_id
                              AND b.slot_start > kf.now() AND b.status IN ('pending', 'paid', 'confirmed')
                            LIMIT 1000) q));
END
$$;
