-- The choices for moving a booking, in the format of kf.catalog_read: its service with the booked length, its own
-- professional first, then the others of the service. Null: no such booking.
CREATE OR REPLACE FUNCTION kf.visit_offer(p_tenant uuid, p_booking uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_doc jsonb;
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    WITH own AS (
        SELECT b.* FROM kf.booking b WHERE b.tenant_id = p_tenant AND b.booking_id = p_booking
    ), people AS (
        SELECT p.professional_id AS id, p.name, p.description, p.photo_url, p.time_zone,
               row_number() OVER (ORDER BY p.professional_id <> b.professional_id, p.position, p.name,
                                           p.professional_id) AS place
        FROM own b
        JOIN kf.professional p ON p.tenant_id = p_tenant AND p.active
        WHERE p.professional_id = b.professional_id
           OR EXISTS (SELECT FROM kf.professional_service ps
                      WHERE ps.tenant_id = p_tenant AND ps.professional_id = p.professional_id
                        AND ps.service_id = b.service_id)
    )
    SELECT jsonb_build_object(
        'version', t.catalog_version,
        'link', jsonb_build_object('id', '', 'name', '', 'service', s.service_id,
            'professional', (SELECT x.id FROM people x ORDER BY x.place LIMIT 1),
            'locked', true, 'language', b.language, 'expires_at', NULL, 'active', true, 'exhausted', false),
        'services', jsonb_build_array(jsonb_build_object(
            'id', s.service_id,
            'duration_minutes', (extract(epoch FROM b.slot_end - b.slot_start) / 60)::int,
            'price_cents', b.price_cents, 'charge_cents', b.charge_cents, 'currency', b.currency,
            'buffer_before_min', s.buffer_before_min, 'buffer_after_min', s.buffer_after_min,
            'notice_min', s.notice_min, 'horizon_days', s.horizon_days, 'step_min', s.step_min,
            'max_per_day', s.max_per_day,
            'professionals', coalesce((SELECT jsonb_agg(x.id ORDER BY x.place) FROM people x), '[]'))
            || kf.shown('service', to_jsonb(s))),
        'professionals', coalesce((SELECT jsonb_agg(jsonb_build_object('id', x.id, 'name', x.name,
                'description', x.description, 'photo_url', x.photo_url, 'timezone', x.time_zone) ORDER BY x.place)
            FROM people x), '[]'))
    INTO v_doc
    FROM own b
    JOIN kf.tenant t ON t.tenant_id = p_tenant
    JOIN kf.service s ON s.tenant_id = p_tenant AND s.service_id = b.service_id;
    RETURN v_doc;
END
$$;
