-- Takes the state that a provider sent back: once, in time, in the browser that began the consent.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.calendar_grant_take(p_state_hash bytea, p_browser_hash bytea)
RETURNS TABLE (tenant_id uuid, grant_id uuid, provider text, verifier_sealed text, language text, business text,
               professional text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    g kf.calendar_grant;
BEGIN
    SELECT x.* INTO g FROM kf.calendar_grant x
    WHERE x.state_hash = p_state_hash AND x.browser_hash = p_browser_hash AND x.state_used_at IS NULL
      AND x.expires_at > kf.now()
    FOR UPDATE;
    IF NOT FOUND OR NOT EXISTS (SELECT FROM kf.calendar_invitation i
                                WHERE i.tenant_id = g.tenant_id AND i.invitation_id = g.invitation_id
                                  AND i.used_at IS NULL) THEN
        RETURN;
    END IF;
    UPDATE kf.calendar_grant x SET state_used_at = kf.now(), verifier_sealed = NULL
    WHERE x.tenant_id = g.tenant_id AND x.grant_id = g.grant_id;
    RETURN QUERY
    SELECT g.tenant_id, g.grant_id, g.provider, g.verifier_sealed, t.language, t.name, f.name
    FROM kf.tenant t JOIN kf.professional f ON f.tenant_id = t.tenant_id
    WHERE t.tenant_id = g.tenant_id AND f.professional_id = g.professional_id;
END
$$;
REVOKE ALL ON FUNCTION kf.calendar_grant_take FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.calendar_grant_take TO konfirmado_app, konfirmado_owner;
RESET ROLE;
