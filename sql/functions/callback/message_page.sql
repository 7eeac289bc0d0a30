-- Messages to the merchant's system, newest first. {state, event, booking, endpoint}.
CREATE OR REPLACE FUNCTION kf.message_page(p_tenant uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_limit int := kf.page_limit(p);
    v_after text[] := kf.place_read(p, 'nt');
    v_state text := kf.doc_word(p, 'state', NULL, ARRAY['due', 'sending', 'done', 'dead']);
    v_event text := kf.doc_match(p, 'event', '^[a-z_]+\.[a-z_]+$', false);
    v_booking uuid := kf.doc_uuid(p, 'booking', false);
    v_endpoint uuid := kf.doc_uuid(p, 'endpoint', false);
    v_page jsonb;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['state', 'event', 'booking', 'endpoint', 'after', 'limit']);
    -- The statement has only the given conditions, so that it is planned for them.
    EXECUTE 'SELECT kf.page_of(array_agg(kf.message_row(q.o, $3) ORDER BY q.n),
                array_agg(kf.place_of(kf.micros((q.o).created_at)::text, (q.o).message_id) ORDER BY q.n), $2)
        FROM (SELECT o, row_number() OVER (ORDER BY o.created_at DESC, o.message_id DESC) AS n FROM kf.outbox o
              WHERE o.tenant_id = $1'
        || CASE WHEN v_state IS NOT NULL THEN ' AND o.state = $4' ELSE '' END
        || CASE WHEN v_event IS NOT NULL THEN ' AND o.event = $5' ELSE '' END
        || CASE WHEN v_booking IS NOT NULL THEN ' AND o.booking_id = $6' ELSE '' END
        || CASE WHEN v_endpoint IS NOT NULL THEN ' AND coalesce(o.endpoint_id, o.tenant_id) = $9' ELSE '' END
        || CASE WHEN v_after IS NOT NULL THEN ' AND (o.created_at, o.message_id) < ($7, $8)' ELSE '' END
        || ' ORDER BY o.created_at DESC, o.message_id DESC LIMIT $2 + 1) q'
    INTO v_page
    USING p_tenant, v_limit, v_zone, v_state, v_event, v_booking, kf.from_micros(v_after[1]::bigint), v_after[2],
          v_endpoint;
    RETURN v_page;
END
$$;
