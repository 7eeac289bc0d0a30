-- A channel could not be opened; polling continues without it. A denied channel is retried in an hour.
CREATE OR REPLACE FUNCTION kf.calendar_channel_failed(p_tenant uuid, p_channel uuid, p_verdict text,
                                                      p_error text, p_retry_s int) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    h kf.calendar_channel;
BEGIN
    SELECT x.* INTO h FROM kf.calendar_channel x WHERE x.tenant_id = p_tenant AND x.channel_id = p_channel;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such channel');
    END IF;
    IF p_verdict = 'revoked' THEN
        PERFORM kf.calendar_error(p_tenant, h.connection_id, 'revoked');
    END IF;
    UPDATE kf.calendar_source s
    SET channel_attempts = s.channel_attempts + 1, channel_lease_until = NULL, channel_error = left(p_error, 500),
        channel_due_at = kf.now() + CASE WHEN p_verdict IN ('retry', 'limit', 'auth')
            THEN kf.calendar_delay(s.channel_attempts + 1, 3600, p_retry_s, 0)
            ELSE greatest(interval '1 hour', kf.calendar_delay(0, 1, p_retry_s, 0)) END
    WHERE s.tenant_id = p_tenant AND s.connection_id = h.connection_id AND s.calendar_id = h.calendar_id
      AND s.channel_due_at IS NOT NULL;
    UPDATE kf.calendar_channel x SET state = 'ended'
    WHERE x.tenant_id = p_tenant AND x.channel_id = p_channel AND x.state = 'asked';
END
$$;
