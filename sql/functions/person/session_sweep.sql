-- Deletes sign-ins a month after their expiry, whether they were ended before or not. Until then they identify a
-- person's known devices. Returns the number, at most p_limit.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.session_sweep(p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_count int;
BEGIN
    -- sign-ins that are being ended by another transaction are left for later
    WITH past AS MATERIALIZED (
        SELECT x.tenant_id, x.session_id FROM kf.session x
        WHERE x.expires_at <= kf.now() - interval '30 days'
        ORDER BY x.expires_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    )
    DELETE FROM kf.session s USING past WHERE s.tenant_id = past.tenant_id AND s.session_id = past.session_id;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;
REVOKE ALL ON FUNCTION kf.session_sweep FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.session_sweep TO konfirmado_app, konfirmado_owner;
RESET ROLE;
