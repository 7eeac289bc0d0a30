-- Ends a key at once; null if there is none.
CREATE OR REPLACE FUNCTION kf.api_key_revoke(p_tenant uuid, p_id uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    UPDATE kf.api_key k SET revoked_at = kf.now()
    WHERE k.tenant_id = p_tenant AND k.key_id = p_id AND k.revoked_at IS NULL;
    RETURN kf.api_key_get(p_tenant, p_id);
END
$$;
