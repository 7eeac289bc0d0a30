-- A service; null if there is none.
CREATE OR REPLACE FUNCTION kf.service_get(p_tenant uuid, p_id uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    RETURN (SELECT kf.service_doc(s, kf.tenant_zone(p_tenant)) FROM kf.service s
            WHERE s.tenant_id = p_tenant AND s.service_id = p_id);
END
$$;
