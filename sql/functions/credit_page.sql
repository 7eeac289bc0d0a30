-- Payments that were set aside, newest first. {state: open (default), resolved, all}.
CREATE OR REPLACE FUNCTION kf.credit_page(p_tenant uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_limit int := kf.page_limit(p);
    v_after text[] := kf.place_read(p, 'nu');
    v_state text := kf.doc_word(p, 'state', 'open', ARRAY['open', 'resolved', 'all']);
BEGIN
    PERFORM kf.doc_members(p, ARRAY['state', 'after', 'limit']);
    RETURN (
        SELECT kf.page_of(array_agg(kf.credit_doc(q.x, v_zone) ORDER BY q.n),
                          array_agg(kf.place_of(kf.micros((q.x).created_at)::text, (q.x).payment_id::text) ORDER BY q.n), v_limit)
        FROM (SELECT x, row_number() OVER (ORDER BY x.created_at DESC, x.payment_id DESC) AS n FROM kf.payment x
              WHERE x.tenant_id = p_tenant AND x.quarantine_reason IS NOT NULL
                AND (v_state = 'all' OR (x.state = 'credit' AND x.resolved_at IS NULL) = (v_state = 'open'))
                AND (v_after IS NULL OR (x.created_at, x.payment_id)
                     < (kf.from_micros(v_after[1]::bigint), v_after[2]::uuid))
              ORDER BY 2 LIMIT v_limit + 1) q);
END
$$;
