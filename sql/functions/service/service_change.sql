-- Changes the members in the document. An archived service must be restored first.
CREATE OR REPLACE FUNCTION kf.service_change(p_tenant uuid, p_id uuid, p_version int, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.service := kf.service_lock(p_tenant, p_id, p_version);
    v_old jsonb;
    v_new jsonb;
BEGIN
    IF s.service_id IS NULL THEN
        RETURN NULL;
    ELSIF s.archived_at IS NOT NULL THEN
        PERFORM kf.refuse('KF409', 'This service is archived: restore it first');
    END IF;
    s := kf.service_of(s, p);
    v_old := kf.service_get(p_tenant, p_id);
    s.version := s.version + 1;
    PERFORM kf.row_put('service', 'service_id', to_jsonb(s));
    IF p ? 'professionals' THEN
        PERFORM kf.offer_set(p_tenant, NULL, p_id, p, 'professionals');
    END IF;
    v_new := kf.service_get(p_tenant, p_id);
    PERFORM kf.audit_parts(p_tenant, 'service', p_id, s.name, v_old, v_new, ARRAY['professionals']);
    RETURN v_new;
END
$$;
