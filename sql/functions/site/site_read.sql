-- The data of a business's public page besides its catalogue: its description, its hours, and the link behind "book",
-- which is the oldest one open to everybody for everything.
CREATE OR REPLACE FUNCTION kf.site_read(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    RETURN (
        SELECT jsonb_build_object(
            'version', t.catalog_version, 'about', t.about, 'phone', t.phone, 'whatsapp', t.whatsapp,
            'street_address', t.street_address, 'address_map_url', t.address_map_url,
            'link', (SELECT l.public_id FROM kf.booking_link l
                     WHERE l.tenant_id = p_tenant AND l.active AND NOT l.locked AND (l.expires_at > v_now) IS NOT FALSE
                       AND (l.uses < l.max_uses) IS NOT FALSE
                     ORDER BY l.max_uses IS NOT NULL, l.expires_at IS NOT NULL, l.created_at, l.link_id LIMIT 1),
            'hours', kf.site_hours(p_tenant, t.time_zone))
        FROM kf.tenant t WHERE t.tenant_id = p_tenant);
END
$$;
