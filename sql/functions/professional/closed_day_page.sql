-- Days on which the whole business is closed, in order. {from, to}: dates, both included.
CREATE OR REPLACE FUNCTION kf.closed_day_page(p_tenant uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_from date := kf.doc_day_or(p, 'from', '-infinity');
    v_to date := kf.doc_day_or(p, 'to', 'infinity');
    v_limit int := kf.page_limit(p);
    v_after text[] := kf.place_read(p, 'n');
BEGIN
    PERFORM kf.doc_members(p, ARRAY['from', 'to', 'after', 'limit']);
    RETURN (
        SELECT kf.page_of(array_agg(jsonb_build_object('day', q.day, 'reason', q.reason) ORDER BY q.day),
                          array_agg(kf.place_of((q.day - date '2000-01-01')::text) ORDER BY q.day), v_limit)
        FROM (SELECT c.day, c.reason FROM kf.closed_day c
              WHERE c.tenant_id = p_tenant AND c.day >= v_from
                AND c.day <= v_to
                AND (v_after IS NULL OR c.day - date '2000-01-01' > v_after[1]::bigint)
              ORDER BY c.day LIMIT v_limit + 1) q);
END
$$;
