-- The places of the waiting list, by day and order. {state: live (default: waiting and offered), unverified, waiting,
-- offered, taken, left, over, all; day: of one day}.
CREATE OR REPLACE FUNCTION kf.waiting_page(p_tenant uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_limit int := kf.page_limit(p);
    v_after text[] := kf.place_read(p, 'nnu');
    v_state text := kf.doc_word(p, 'state', 'live', ARRAY['live', 'unverified', 'waiting', 'offered', 'taken', 'left',
                                                               'over', 'all']);
    v_day date := kf.doc_day_or(p, 'day', NULL);
    v_states text[] := CASE v_state WHEN 'live' THEN ARRAY['waiting', 'offered'] ELSE ARRAY[v_state] END;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['state', 'day', 'after', 'limit']);
    RETURN (
        SELECT kf.page_of(array_agg(kf.waiting_row(q.w, v_zone) ORDER BY q.n),
                          array_agg(kf.place_of(((q.w).day - date '2000-01-01')::text, kf.micros((q.w).created_at)::text,
                                                (q.w).waiting_id::text) ORDER BY q.n), v_limit)
        FROM (SELECT w, row_number() OVER (ORDER BY w.day, w.created_at, w.waiting_id) AS n FROM kf.waiting w
              WHERE w.tenant_id = p_tenant AND (v_state = 'all' OR w.state = ANY (v_states))
                AND (v_day IS NULL OR w.day = v_day)
                AND (v_after IS NULL OR (w.day - date '2000-01-01', kf.micros(w.created_at), w.waiting_id) >
                     (v_after[1]::int, v_after[2]::bigint, v_after[3]::uuid))
              ORDER BY w.day, w.created_at, w.waiting_id LIMIT v_limit + 1) q);
END
$$;
