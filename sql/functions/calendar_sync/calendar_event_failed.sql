-- An event could not be written; it is retried for about a day. A permanent refusal is shown with the booking and
-- retried only on request.
CREATE OR REPLACE FUNCTION kf.calendar_event_failed(p_tenant uuid, p_booking uuid, p_n int, p_verdict text,
    p_error text, p_retry_s int, p_jitter_ppm int) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_connection uuid;
BEGIN
    IF p_verdict = 'revoked' THEN
        SELECT x.connection_id INTO v_connection FROM kf.calendar_event x
        WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking AND x.n = p_n;
        PERFORM kf.calendar_error(p_tenant, v_connection, 'revoked');
    END IF;
    UPDATE kf.calendar_event x
    SET attempts = x.attempts + 1, error = left(p_error, 500), sending = NULL, lease_until = NULL,
        -- the refusal concerns what was sent; another state may be wanted by now
        state = CASE WHEN p_verdict = 'revoked' THEN 'failed'
                     WHEN p_verdict IN ('denied', 'gone') AND x.sending = x.wanted OR x.attempts >= 34 THEN 'failed'
                     ELSE 'due' END,
        next_attempt_at = kf.now() + kf.calendar_delay(x.attempts + 1, 3600, p_retry_s, p_jitter_ppm)
    WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking AND x.n = p_n AND x.sending IS NOT NULL;
END
$$;
