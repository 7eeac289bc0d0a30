-- The business and the scopes of a key. Its use is recorded at most once a minute. No row: it is unknown, revoked, or
-- expired.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.api_key_use(p_hash bytea)
RETURNS TABLE (tenant_id uuid, key_id uuid, name text, scopes text[], suspended boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_used timestamptz;
BEGIN
    SELECT k.tenant_id, k.key_id, k.name, k.scopes, t.status = 'suspended', k.last_used_at
    INTO tenant_id, key_id, name, scopes, suspended, v_used
    FROM kf.api_key k JOIN kf.tenant t USING (tenant_id)
    WHERE k.token_hash = p_hash AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > v_now);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF v_used IS NULL OR v_used <= v_now - interval '1 minute' THEN
        UPDATE kf.api_key k SET last_used_at = v_now WHERE k.token_hash = p_hash;
    END IF;
    RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION kf.api_key_use FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.api_key_use TO konfirmado_app, konfirmado_owner;
RESET ROLE;
