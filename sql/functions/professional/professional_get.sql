-- A professional; null if there is none.
CREATE OR REPLACE FUNCTION kf.professional_get(p_tenant uuid, p_id uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    RETURN (SELECT kf.professional_doc(f, kf.tenant_zone(p_tenant)) FROM kf.professional f
            WHERE f.tenant_id = p_tenant AND f.professional_id = p_id);
END
$$;
