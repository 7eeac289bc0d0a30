-- The person of a sign-in's cookie. Its use is recorded at most once a minute. No row: it is unknown, has ended, was
-- unused for 30 minutes, or is 12 hours old.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.session_use(p_hash bytea)
RETURNS TABLE (tenant_id uuid, staff_id uuid, session_id uuid, email text, name text, role text, language text,
               totp_on boolean, suspended boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_seen timestamptz;
BEGIN
    SELECT x.tenant_id, x.staff_id, x.session_id, s.email, s.name, s.role, s.language, s.totp_enabled_at IS NOT NULL,
           t.status = 'suspended', x.seen_at
    INTO tenant_id, staff_id, session_id, email, name, role, language, totp_on, suspended, v_seen
    FROM kf.session x JOIN kf.staff s USING (tenant_id, staff_id) JOIN kf.tenant t USING (tenant_id)
    WHERE x.token_hash = p_hash AND x.ended_at IS NULL AND x.expires_at > v_now
      AND x.seen_at > v_now - interval '30 minutes' AND s.state = 'active';
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF v_seen <= v_now - interval '1 minute' THEN
        UPDATE kf.session x SET seen_at = v_now
        WHERE x.token_hash = p_hash AND x.seen_at <= v_now - interval '1 minute';
    END IF;
    RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION kf.session_use FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.session_use TO konfirmado_app, konfirmado_owner;
RESET ROLE;
