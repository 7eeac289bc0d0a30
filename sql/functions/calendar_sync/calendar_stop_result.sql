-- The result of stopping a channel. After ten failures it is left to expire.
CREATE OR REPLACE FUNCTION kf.calendar_stop_result(p_tenant uuid, p_channel uuid, p_ok boolean, p_retry_s int)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    UPDATE kf.calendar_channel x
    SET state = CASE WHEN p_ok OR x.stop_attempts >= 9 THEN 'ended' ELSE x.state END,
        stop_due_at = CASE WHEN NOT p_ok AND x.stop_attempts < 9
                           THEN kf.now() + kf.calendar_delay(x.stop_attempts + 1, 3600, p_retry_s, 0) END,
        stop_attempts = x.stop_attempts + 1, stop_lease_until = NULL
    WHERE x.tenant_id = p_tenant AND x.channel_id = p_channel AND x.state = 'stopping';
END
$$;
