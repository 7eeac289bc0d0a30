-- Deletes links of mails a week after their expiry, used or not. Returns the number, at most p_limit.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.token_sweep(p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_count int;
BEGIN
    -- a link that is being ended, with its person locked, is left for later
    WITH past AS MATERIALIZED (
        SELECT x.tenant_id, x.token_id FROM kf.token x
        WHERE x.expires_at <= kf.now() - interval '7 days'
        ORDER BY x.expires_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    )
    DELETE FROM kf.token k USING past WHERE k.tenant_id = past.tenant_id AND k.token_id = past.token_id;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;
REVOKE ALL ON FUNCTION kf.token_sweep FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.token_sweep TO konfirmado_app, konfirmado_owner;
RESET ROLE;
