-- The service and business of a booking, and the link for another one: {service, business, link}, as they are now.
CREATE OR REPLACE FUNCTION kf.visit_place(b kf.booking) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'service', jsonb_build_object('id', s.service_id, 'name', b.terms->'service_name',
                'duration_min', b.terms->'duration_min', 'place', s.place, 'map_url', s.map_url,
                'instructions', s.instructions),
            'business', jsonb_build_object('name', t.name, 'contact', t.contact, 'terms_url', t.terms_url,
                'logo_url', t.logo_url, 'primary_color', t.primary_color, 'secondary_color', t.secondary_color,
                'return_url', t.return_url, 'zone', t.time_zone),
            'link', (SELECT l.public_id FROM kf.booking_link l
                     WHERE l.tenant_id = b.tenant_id AND l.link_id = b.link_id AND l.active
                       AND (l.expires_at IS NULL OR l.expires_at > kf.now())
                       AND (l.max_uses IS NULL OR l.uses < l.max_uses)))
        FROM kf.tenant t JOIN kf.service s ON s.tenant_id = t.tenant_id AND s.service_id = b.service_id
        WHERE t.tenant_id = b.tenant_id);
END
$$;
