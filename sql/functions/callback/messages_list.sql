-- Messages with their sendings, newest first. p_state null: all. p_after: the last message id of the previous page, or
-- null.
CREATE OR REPLACE FUNCTION kf.messages_list(p_tenant uuid, p_state text, p_limit int, p_after text)
RETURNS TABLE (message_id text, doc jsonb)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    RETURN QUERY
    SELECT o.message_id, jsonb_build_object(
        'id', o.message_id, 'booking', o.booking_id, 'event', o.event, 'version', o.version,
        'state', o.state, 'endpoint', coalesce(o.endpoint_id, o.tenant_id), 'url', o.url, 'attempts', o.attempts, 'created_at', kf.iso(o.created_at),
        'next_attempt_at', CASE WHEN o.state IN ('due', 'sending') THEN kf.iso(o.next_attempt_at) END,
        'done_at', kf.iso(o.done_at),
        'log', (SELECT coalesce(jsonb_agg(jsonb_build_object('n', a.n, 'at', kf.iso(a.at),
                    'status', a.status, 'latency_ms', a.latency_ms, 'remote_ip', a.remote_ip,
                    'error', a.error) ORDER BY a.n), '[]')
                FROM kf.callback_attempt a
                WHERE a.tenant_id = p_tenant AND a.message_id = o.message_id))
    FROM kf.outbox o
    WHERE o.tenant_id = p_tenant AND (p_state IS NULL OR o.state = p_state)
      AND (p_after IS NULL OR (o.created_at, o.message_id) <
           (SELECT x.created_at, x.message_id FROM kf.outbox x
            WHERE x.tenant_id = p_tenant AND x.message_id = p_after))
    ORDER BY o.created_at DESC, o.message_id DESC
    LIMIT p_limit;
END
$$;
