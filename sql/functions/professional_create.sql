-- A new professional with services, weekly hours and overrides from one document.
CREATE OR REPLACE FUNCTION kf.professional_create(p_tenant uuid, p_professional uuid, p jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    f kf.professional;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['name', 'description', 'photo_url', 'time_zone', 'services', 'hours',
                                    'overrides', 'active', 'position']);
    f.tenant_id := p_tenant;
    f.professional_id := p_professional;
    f.name := kf.doc_text(p, 'name', 2, 100, true);
    f.description := coalesce(kf.doc_text(p, 'description', 0, 2000, false), '');
    f.photo_url := kf.doc_match(p, 'photo_url', '^(https://|/[^/])', false);
    f.time_zone := kf.doc_zone(p, 'time_zone',
                               (SELECT t.time_zone FROM kf.tenant t WHERE t.tenant_id = p_tenant));
    f.active := kf.doc_bool(p, 'active', true);
    f.position := coalesce(kf.doc_int(p, 'position', 0, 1000000, false), 0);
    f.version := 1;
    f.created_at := kf.now();
    INSERT INTO kf.professional SELECT f.*;
    INSERT INTO kf.professional_service (tenant_id, professional_id, service_id)
    SELECT DISTINCT p_tenant, p_professional, kf.doc_uuid(jsonb_build_object('services', e), 'services', true)
    FROM jsonb_array_elements(kf.doc_list(p, 'services', 200)) e;
    PERFORM kf.professional_hours_set(p_tenant, p_professional, jsonb_build_object(
        'hours', kf.doc_list(p, 'hours', 200), 'overrides', kf.doc_list(p, 'overrides', 1000)));
EXCEPTION WHEN foreign_key_violation THEN
    PERFORM kf.refuse('KF422', 'There is no such service', 'services');
END
$$;
