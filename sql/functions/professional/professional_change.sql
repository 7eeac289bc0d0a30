-- Changes the members in the document; hours, overrides and services are replaced as a whole.
CREATE OR REPLACE FUNCTION kf.professional_change(p_tenant uuid, p_id uuid, p_version int, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    f kf.professional := kf.professional_lock(p_tenant, p_id, p_version);
    v_old jsonb;
    v_new jsonb;
BEGIN
    IF f.professional_id IS NULL THEN
        RETURN NULL;
    ELSIF f.archived_at IS NOT NULL THEN
        PERFORM kf.refuse('KF409', 'This professional is archived: restore them first');
    END IF;
    f := kf.professional_of(f, p);
    v_old := kf.professional_week(p_tenant, p_id);
    f.version := f.version + 1;
    PERFORM kf.row_put('professional', 'professional_id', to_jsonb(f));
    IF p ? 'services' THEN
        PERFORM kf.offer_set(p_tenant, p_id, NULL, p, 'services');
    END IF;
    PERFORM kf.professional_hours_set(p_tenant, p_id,
        (SELECT coalesce(jsonb_object_agg(k.key, kf.doc_list(p, k.key, k.most)), '{}')
         FROM (VALUES ('hours', 200), ('overrides', kf.setup_limit('overrides'))) k(key, most) WHERE p ? k.key));
    v_new := kf.professional_week(p_tenant, p_id);
    PERFORM kf.audit_parts(p_tenant, 'professional', p_id, f.name, v_old, v_new, ARRAY['services', 'hours', 'overrides']);
    RETURN kf.professional_get(p_tenant, p_id);
END
$$;
