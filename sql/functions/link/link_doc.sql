-- A booking link as the merchant sees it, with its use. uses: for a link with a maximum the uses taken (a booking
-- waiting for payment holds one), for others the settled bookings.
CREATE OR REPLACE FUNCTION kf.link_doc(l kf.booking_link, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_booked bigint := kf.link_booked(l);
BEGIN
    RETURN jsonb_build_object(
        'id', l.link_id, 'public_id', l.public_id, 'url_path', '/book/' || l.public_id, 'name', l.name,
        'service', l.service_id, 'professional', l.professional_id, 'locked', l.locked, 'language', l.language,
        'expires_at', kf.iso_local(l.expires_at, p_zone), 'max_uses', l.max_uses,
        'uses', CASE WHEN l.max_uses IS NULL THEN v_booked ELSE l.uses END, 'bookings', v_booked, 'active', l.active,
        'state', CASE WHEN NOT l.active THEN 'inactive' WHEN l.uses >= l.max_uses THEN 'used_up'
                      WHEN l.expires_at <= kf.now() THEN 'expired' ELSE 'active' END,
        'version', l.version, 'created_at', kf.iso_local(l.created_at, p_zone));
END
$$;
