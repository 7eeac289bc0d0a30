-- Services in the order shown to customers. {state: active (default), archived, all}.
CREATE OR REPLACE FUNCTION kf.service_page(p_tenant uuid, p jsonb) RETURNS jsonb
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
        SELECT kf.page_of(array_agg(kf.service_doc(q.s, v_zone) ORDER BY q.n),
                          array_agg(kf.place_of((q.s).position::text, (q.s).name, (q.s).service_id::text) ORDER BY q.n), v_limit)
        FROM (SELECT s, row_number() OVER (ORDER BY s.position, s.name, s.service_id) AS n FROM kf.service s
              WHERE s.tenant_id = p_tenant
                AND CASE v_state WHEN 'active' THEN s.archived_at IS NULL
                                 WHEN 'archived' THEN s.archived_at IS NOT NULL ELSE true END
                AND (v_after IS NULL OR (s.position, s.name, s.service_id)
                     > (v_after[1]::int, v_after[2], v_after[3]::uuid))
              ORDER BY 2 LIMIT v_limit + 1) q);
END
$$;
