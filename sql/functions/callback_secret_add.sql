-- A new secret for callbacks; those before it live on for the overlap.
CREATE OR REPLACE FUNCTION kf.callback_secret_add(p_tenant uuid, p_secret uuid, p_sealed text, p_overlap_s int)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_until timestamptz := kf.now() + make_interval(secs => p_overlap_s);
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    UPDATE kf.callback_secret s SET expires_at = v_until
    WHERE s.tenant_id = p_tenant AND (s.expires_at IS NULL OR s.expires_at > v_until);
    INSERT INTO kf.callback_secret (tenant_id, secret_id, sealed, created_at)
    VALUES (p_tenant, p_secret, p_sealed, kf.now());
END
$$;
