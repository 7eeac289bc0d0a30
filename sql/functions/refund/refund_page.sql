-- Refunds, newest first. {state: open (everything not done), due, running, manual, done}.
CREATE OR REPLACE FUNCTION kf.refund_page(p_tenant uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_limit int := kf.page_limit(p);
    v_after text[] := kf.place_read(p, 'nu');
    v_state text := kf.doc_word(p, 'state', NULL, ARRAY['open', 'due', 'running', 'manual', 'done']);
    v_page jsonb;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['state', 'after', 'limit']);
    EXECUTE 'SELECT kf.page_of(array_agg(kf.refund_doc(q.r, $3) ORDER BY q.n),
                array_agg(kf.place_of(kf.micros((q.r).created_at)::text, (q.r).refund_id::text) ORDER BY q.n), $2)
        FROM (SELECT r, row_number() OVER (ORDER BY r.created_at DESC, r.refund_id DESC) AS n FROM kf.refund r
              WHERE r.tenant_id = $1'
        || CASE WHEN v_state <> 'done' THEN ' AND r.state <> ''done''' ELSE '' END
        || CASE WHEN v_state <> 'open' THEN ' AND r.state = $4' ELSE '' END
        || CASE WHEN v_after IS NOT NULL THEN ' AND (r.created_at, r.refund_id) < ($5, $6)' ELSE '' END
        || ' ORDER BY r.created_at DESC, r.refund_id DESC LIMIT $2 + 1) q'
    INTO v_page
    USING p_tenant, v_limit, v_zone, v_state, kf.from_micros(v_after[1]::bigint), v_after[2]::uuid;
    RETURN v_page;
END
$$;
