-- Sends a message again, to its address's present URL, with a new schedule.
CREATE OR REPLACE FUNCTION kf.message_resend(p_tenant uuid, p_message text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    m kf.outbox;
BEGIN
    SELECT x.* INTO m FROM kf.outbox x WHERE x.tenant_id = p_tenant AND x.message_id = p_message FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such message');
    ELSIF m.state = 'sending' AND m.lease_until > kf.now() THEN
        PERFORM kf.refuse('KF409', 'This message is being sent');
    END IF;
    UPDATE kf.outbox x
    SET state = 'due', attempts = 0, next_attempt_at = kf.now(), lease_until = NULL,
        url = coalesce((SELECT e.url FROM kf.callback_endpoint e
                        WHERE e.tenant_id = p_tenant AND e.endpoint_id = coalesce(x.endpoint_id, p_tenant)), x.url)
    WHERE x.tenant_id = p_tenant AND x.message_id = p_message;
END
$$;
