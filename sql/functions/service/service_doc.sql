-- A service as the merchant sees it. At most a thousand future bookings are counted.
CREATE OR REPLACE FUNCTION kf.service_doc(s kf.service, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN to_jsonb(s) - ARRAY['tenant_id', 'service_id'] || jsonb_build_object(
        'id', s.service_id,
        'charge_cents', kf.service_charge(s.charge_type, s.price_cents, s.deposit_percent, s.deposit_cents),
        'professionals', (SELECT coalesce(jsonb_agg(f.professional_id ORDER BY f.position, f.name, f.professional_id), '[]')
                          FROM kf.professional_service x JOIN kf.professional f USING (tenant_id, professional_id)
                          WHERE x.tenant_id = s.tenant_id AND x.service_id = s.service_id AND f.archived_at IS NULL),
        'created_at', kf.iso_local(s.created_at, p_zone), 'archived_at', kf.iso_local(s.archived_at, p_zone),
        'future_bookings', (SELECT count(*) FROM (SELECT FROM kf.booking b
                            WHERE b.tenant_id = s.tenant_id AND b.service_id = s.service_id
                              AND b.slot_start > kf.now() AND b.status IN ('pending', 'paid', 'confirmed')
                            LIMIT 1000) q));
END
$$;
