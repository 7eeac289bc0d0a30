-- Disables a link: it can no longer be used for booking.
CREATE OR REPLACE FUNCTION kf.link_deactivate(p_tenant uuid, p_id uuid, p_version int) RETURNS jsonb
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN kf.link_change(p_tenant, p_id, p_version, '{"active": false}');
END
$$;
