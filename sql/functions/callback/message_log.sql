-- The sendings of a message, with the answers of the merchant's system.
CREATE OR REPLACE FUNCTION kf.message_log(p_tenant uuid, p_message text, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object('n', a.n, 'at', kf.iso_local(a.at, p_zone), 'status', a.status,
                   'latency_ms', a.latency_ms, 'remote_ip', a.remote_ip, 'error', a.error,
                   'answer', kf.bytes_text(a.answer)) ORDER BY a.n), '[]')
        FROM kf.callback_attempt a WHERE a.tenant_id = p_tenant AND a.message_id = p_message);
END
$$;
