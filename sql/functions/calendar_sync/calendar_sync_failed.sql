-- A calendar could not be synced. resync: its token is too old, so a full sync starts at once.
CREATE OR REPLACE FUNCTION kf.calendar_sync_failed(p_tenant uuid, p_connection uuid, p_calendar text,
                                                   p_verdict text, p_error text, p_retry_s int) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    IF p_verdict = 'revoked' THEN
        PERFORM kf.calendar_error(p_tenant, p_connection, 'revoked');
    END IF;
    UPDATE kf.calendar_source s
    SET sync_token = CASE WHEN p_verdict <> 'resync' THEN s.sync_token END,
        sync_attempts = s.sync_attempts + 1, sync_lease_until = NULL,
        -- a full sync that is answered with resync is not repeated at once
        sync_due_at = kf.now() + CASE WHEN p_verdict = 'resync' AND s.sync_token IS NOT NULL THEN interval '0'
                                      WHEN p_verdict IN ('denied', 'gone', 'app') THEN interval '1 hour'
                                      ELSE kf.calendar_delay(s.sync_attempts + 1, 3600, p_retry_s, 0) END
    WHERE s.tenant_id = p_tenant AND s.connection_id = p_connection AND s.calendar_id = p_calendar
      AND s.sync_due_at IS NOT NULL;
END
$$;
