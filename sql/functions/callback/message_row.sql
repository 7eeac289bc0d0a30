-- A message to the merchant's system as a row of a list.
CREATE OR REPLACE FUNCTION kf.message_row(o kf.outbox, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN jsonb_build_object(
        'id', o.message_id, 'booking', o.booking_id, 'event', o.event, 'version', o.version, 'state', o.state,
        'endpoint', coalesce(o.endpoint_id, o.tenant_id), 'url', o.url, 'attempts', o.attempts, 'created_at', kf.iso_local(o.created_at, p_zone),
        'next_attempt_at', CASE WHEN o.state IN ('due', 'sending') THEN kf.iso_local(o.next_attempt_at, p_zone) END,
        'done_at', kf.iso_local(o.done_at, p_zone),
        'last', (SELECT jsonb_build_object('at', kf.iso_local(a.at, p_zone), 'status', a.status,
                                           'latency_ms', a.latency_ms, 'error', a.error)
                 FROM kf.callback_attempt a WHERE a.tenant_id = o.tenant_id AND a.message_id = o.message_id
                 ORDER BY a.n DESC LIMIT 1));
END
$$;
