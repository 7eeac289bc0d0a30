-- A new professional with services, hours and overrides.
CREATE OR REPLACE FUNCTION kf.professional_add(p_tenant uuid, p_id uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM kf.professional_create(p_tenant, p_id, p);
    RETURN kf.professional_get(p_tenant, p_id);
END
$$;
