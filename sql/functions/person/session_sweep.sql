-- Forgets sign-ins that are long over: a month after the day they were good for, whether they were
-- ended before or not. Until then they tell a person's known devices. How many, at most p_limit.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.session_sweep(p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_count int;
BEGIN
    -- all sign-ins of a person may be ended at this moment: those are left for later
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
