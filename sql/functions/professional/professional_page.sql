-- Professionals in the order shown to customers. {state: active (default), archived, all}.
CREATE OR REPLACE FUNCTION kf.professional_page(p_tenant uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_state text := kf.doc_word(p, 'state', 'active', ARRAY['active', 'archived', 'all']);
    v_limit int := kf.page_limit(p);
    v_after text[] := kf.place_read(p, 'ntu');
BEGIN
    PERFORM kf.doc_members(p, ARRAY['state', 'after', 'limit']);
    RETURN (
        SELECT kf.page_of(array_agg(kf.professional_doc(q.f, v_zone) ORDER BY q.n),
                          array_agg(kf.place_of((q.f).position::text, (q.f).name, (q.f).professional_id::text) ORDER BY q.n), v_limit)
        FROM (SELECT f, row_number() OVER (ORDER BY f.position, f.name, f.professional_id) AS n FROM kf.professional f
              WHERE f.tenant_id = p_tenant
                AND CASE v_state WHEN 'active' THEN f.archived_at IS NULL
                                 WHEN 'archived' THEN f.archived_at IS NOT NULL ELSE true END
                AND (v_after IS NULL OR (f.position, f.name, f.professional_id)
                     > (v_after[1]::int, v_after[2], v_after[3]::uuid))
              ORDER BY 2 LIMIT v_limit + 1) q);
END
$$;
