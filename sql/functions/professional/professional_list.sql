-- Every professional of a tenant with services and hours.
CREATE OR REPLACE FUNCTION kf.professional_list(p_tenant uuid)
RETURNS TABLE (professional_id uuid, doc jsonb)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    RETURN QUERY
    SELECT f.professional_id, kf.iso_times(to_jsonb(f) - 'tenant_id', f.professional_id) || kf.professional_week(p_tenant, f.professional_id)
    FROM kf.professional f WHERE f.tenant_id = p_tenant ORDER BY f.position, f.name, f.professional_id;
END
$$;
