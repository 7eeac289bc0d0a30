-- The professional of a link for connecting a calendar, used or not.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.calendar_invitation_find(p_token_hash bytea)
RETURNS TABLE (tenant_id uuid, invitation_id uuid, professional_id uuid, professional text, business text,
               language text, primary_color text, secondary_color text, logo_url text, expires_at timestamptz,
               state text, connected boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT x.tenant_id, x.invitation_id, x.professional_id, f.name, t.name, t.language, t.primary_color,
           t.secondary_color, t.logo_url, x.expires_at,
           CASE WHEN x.used_at IS NOT NULL THEN 'used' WHEN x.expires_at <= kf.now() THEN 'expired' ELSE 'open' END,
           EXISTS (SELECT FROM kf.calendar_connection c
                   WHERE c.tenant_id = x.tenant_id AND c.professional_id = x.professional_id
                     AND c.state = 'connected')
    FROM kf.calendar_invitation x
    JOIN kf.professional f ON f.tenant_id = x.tenant_id AND f.professional_id = x.professional_id
    JOIN kf.tenant t ON t.tenant_id = x.tenant_id
    WHERE x.token_hash = p_token_hash AND f.archived_at IS NULL;
END
$$;
REVOKE ALL ON FUNCTION kf.calendar_invitation_find FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.calendar_invitation_find TO konfirmado_app, konfirmado_owner;
RESET ROLE;
