-- The keys of a business, newest first, including ended ones.
CREATE OR REPLACE FUNCTION kf.api_key_page(p_tenant uuid, p jsonb) RETURNS jsonb
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
        SELECT kf.page_of(array_agg(kf.api_key_doc(q.k, v_zone) ORDER BY q.n),
                          array_agg((q.k).key_id::text ORDER BY q.n), v_limit)
        FROM (SELECT k, row_number() OVER (ORDER BY k.key_id DESC) AS n FROM kf.api_key k
              WHERE k.tenant_id = p_tenant AND (v_after IS NULL OR k.key_id < v_after)
              ORDER BY 2 LIMIT v_limit + 1) q);
END
$$;

-- One key; null if there is none.
CREATE OR REPLACE FUNCTION kf.api_key_get(p_tenant uuid, p_id uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    RETURN (SELECT kf.api_key_doc(k, kf.tenant_zone(p_tenant)) FROM kf.api_key k
            WHERE k.tenant_id = p_tenant AND k.key_id = p_id);
END
$$;
