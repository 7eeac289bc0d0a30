-- Changes the members in the document.
CREATE OR REPLACE FUNCTION kf.branding_change(p_tenant uuid, p_version int, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_version int;
BEGIN
    SELECT t.version INTO v_version FROM kf.tenant t WHERE t.tenant_id = p_tenant FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM kf.version_check(v_version, p_version);
    PERFORM kf.tenant_update(p_tenant, p);
    RETURN kf.branding_get(p_tenant);
END
$$;
