-- Payments in quarantine, newest first. {state: open (default), resolved, all}.
CREATE OR REPLACE FUNCTION kf.credit_page(p_tenant uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_limit int := kf.page_limit(p);
    v_after text[] := kf.place_read(p, 'nu');
    v_state text := kf.doc_word(p, 'state', 'open', ARRAY['open', 'resolved', 'all']);
    v_page jsonb;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['state', 'after', 'limit']);
    -- The statement has only the given conditions, so that it is planned for them.
    EXECUTE 'SELECT kf.page_of(array_agg(kf.credit_doc(q.x, $3) ORDER BY q.n),
                array_agg(kf.place_of(kf.micros((q.x).created_at)::text, (q.x).payment_id::text) ORDER BY q.n), $2)
        FROM (SELECT x, row_number() OVER (ORDER BY x.created_at DESC, x.payment_id DESC) AS n FROM kf.payment x
              WHERE x.tenant_id = $1 AND x.quarantine_reason IS NOT NULL'
        || CASE v_state WHEN 'open' THEN ' AND x.state = ''credit'' AND x.resolved_at IS NULL'
                        WHEN 'resolved' THEN ' AND NOT (x.state = ''credit'' AND x.resolved_at IS NULL)' ELSE '' END
        || CASE WHEN v_after IS NOT NULL THEN ' AND (x.created_at, x.payment_id) < ($4, $5)' ELSE '' END
        || ' ORDER BY x.created_at DESC, x.payment_id DESC LIMIT $2 + 1) q'
    INTO v_page
    USING p_tenant, v_limit, v_zone, kf.from_micros(v_after[1]::bigint), v_after[2]::uuid;
    RETURN v_page;
END
$$;
