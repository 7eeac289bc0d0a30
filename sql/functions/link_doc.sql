-- A booking link as the merchant sees it, with what came of it.
CREATE OR REPLACE FUNCTION kf.link_doc(l kf.booking_link, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN jsonb_build_object(
        'id', l.link_id, 'public_id', l.public_id, 'url_path', '/book/' || l.public_id, 'name', l.name,
        'service', l.service_id, 'professional', l.professional_id, 'locked', l.locked, 'language', l.language,
        'expires_at', kf.iso_local(l.expires_at, p_zone), 'max_uses', l.max_uses, 'uses', l.uses,
        'bookings', (SELECT count(*) FROM kf.booking b
                     WHERE b.tenant_id = l.tenant_id AND b.link_id = l.link_id
                       AND b.status IN ('paid', 'confirmed', 'completed', 'no_show')),
        'active', l.active,
        'state', CASE WHEN NOT l.active THEN 'inactive' WHEN l.uses >= l.max_uses THEN 'used_up'
                      WHEN l.expires_at <= kf.now() THEN 'expired' ELSE 'active' END,
        'version', l.version, 'created_at', kf.iso_local(l.created_at, p_zone));
END
$$;
