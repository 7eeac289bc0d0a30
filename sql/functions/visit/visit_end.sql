-- What the holder of a dead link may see of a booking: no personal data, only its state and the link for another
-- booking.
CREATE OR REPLACE FUNCTION kf.visit_end(p_tenant uuid, p_booking uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_doc jsonb;
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    SELECT jsonb_build_object('status', b.status, 'begun', b.slot_start <= kf.now(), 'language', b.language,
               'link', CASE WHEN l.active AND coalesce(l.expires_at > kf.now(), true)
                             AND coalesce(l.uses < l.max_uses, true) THEN l.public_id END)
    INTO v_doc
    FROM kf.booking b
    LEFT JOIN kf.booking_link l ON l.tenant_id = b.tenant_id AND l.link_id = b.link_id
    WHERE b.tenant_id = p_tenant AND b.booking_id = p_booking;
    RETURN coalesce(v_doc, '{}');
END
$$;
