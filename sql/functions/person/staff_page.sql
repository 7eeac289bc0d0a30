-- The people of a business, in the order of their arrival.
CREATE OR REPLACE FUNCTION kf.staff_page(p_tenant uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_limit int := kf.page_limit(p);
    v_after uuid := kf.doc_uuid(p, 'after', false);
BEGIN
    PERFORM kf.doc_members(p, ARRAY['after', 'limit']);
    RETURN (
        SELECT kf.page_of(array_agg(kf.staff_doc(q.s, v_zone) ORDER BY q.n),
                          array_agg((q.s).staff_id::text ORDER BY q.n), v_limit)
        FROM (SELECT s, row_number() OVER (ORDER BY s.staff_id) AS n FROM kf.staff s
              WHERE s.tenant_id = p_tenant AND (v_after IS NULL OR s.staff_id > v_after)
              ORDER BY 2 LIMIT v_limit + 1) q);
END
$$;

-- One person; null if there is none.
CREATE OR REPLACE FUNCTION kf.staff_get(p_tenant uuid, p_id uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    RETURN (SELECT kf.staff_doc(s, kf.tenant_zone(p_tenant)) FROM kf.staff s
            WHERE s.tenant_id = p_tenant AND s.staff_id = p_id);
END
$$;
