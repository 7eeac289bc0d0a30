-- Whether a tenant may take this subdomain. It may keep its own.
CREATE OR REPLACE FUNCTION kf.subdomain_free(p_tenant uuid, p_name text) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_reason text := CASE
        WHEN p_name ~ '^[a-z0-9]([a-z0-9-]{1,61}[a-z0-9])$' IS NOT TRUE THEN 'invalid'
        WHEN kf.subdomain_reserved(p_name) THEN 'reserved'
        WHEN kf.subdomain_owner(p_name) <> p_tenant THEN 'taken' END;
BEGIN
    RETURN jsonb_build_object('name', p_name, 'available', v_reason IS NULL, 'reason', v_reason);
END
$$;
