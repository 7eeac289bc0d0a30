-- A new professional with services, weekly hours and overrides from one document.
CREATE OR REPLACE FUNCTION kf.professional_create(p_tenant uuid, p_professional uuid, p jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    f kf.professional;
BEGIN
    f.tenant_id := p_tenant;
    f.professional_id := p_professional;
    f := kf.professional_of(f, p);
    f.version := 1;
    f.created_at := kf.now();
    PERFORM kf.setup_check(p_tenant, 'professionals');
    INSERT INTO kf.professional SELECT f.*;
    PERFORM kf.offer_set(p_tenant, p_professional, NULL, p, 'services');
    PERFORM kf.professional_hours_set(p_tenant, p_professional, jsonb_build_object(
        'hours', kf.doc_list(p, 'hours', 200), 'overrides', kf.doc_list(p, 'overrides', kf.setup_limit('overrides'))));
END
$$;
