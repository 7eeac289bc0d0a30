-- Booking links, newest first. {state: active (default: not disabled), inactive, all}.
CREATE OR REPLACE FUNCTION kf.link_page(p_tenant uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_state text := kf.doc_word(p, 'state', 'active', ARRAY['active', 'inactive', 'all']);
    v_limit int := kf.page_limit(p);
    v_after text[] := kf.place_read(p, 'nu');
BEGIN
    PERFORM kf.doc_members(p, ARRAY['state', 'after', 'limit']);
    RETURN (
        SELECT kf.page_of(array_agg(kf.link_doc(q.l, v_zone) ORDER BY q.n),
                          array_agg(kf.place_of(kf.micros((q.l).created_at)::text, (q.l).link_id::text) ORDER BY q.n), v_limit)
        FROM (SELECT l, row_number() OVER (ORDER BY l.created_at DESC, l.link_id DESC) AS n FROM kf.booking_link l
              WHERE l.tenant_id = p_tenant AND (v_state = 'all' OR l.active = (v_state = 'active'))
                AND (v_after IS NULL OR (l.created_at, l.link_id)
                     < (kf.from_micros(v_after[1]::bigint), v_after[2]::uuid))
              ORDER BY 2 LIMIT v_limit + 1) q);
END
$$;
