-- A new service from its document.
CREATE OR REPLACE FUNCTION kf.service_create(p_tenant uuid, p_service uuid, p jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.service;
BEGIN
    s.tenant_id := p_tenant;
    s.service_id := p_service;
    s := kf.service_of(s, p);
    s.version := 1;
    s.created_at := kf.now();
    PERFORM kf.setup_check(p_tenant, 'services');
    INSERT INTO kf.service SELECT s.*;
END
$$;
