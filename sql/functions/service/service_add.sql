-- Adds a service, with its professionals if the document has "professionals".
CREATE OR REPLACE FUNCTION kf.service_add(p_tenant uuid, p_id uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    PERFORM kf.service_create(p_tenant, p_id, p);
    PERFORM kf.offer_set(p_tenant, NULL, p_id, p, 'professionals');
    RETURN kf.service_get(p_tenant, p_id);
END
$$;
