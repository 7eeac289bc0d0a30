-- A reading failed. The former result stays valid until it expires, but ends at once if a change was reported since or
-- the grant is gone. The merchant is notified once no times are offered any more. True for the first failure in a row.
CREATE OR REPLACE FUNCTION kf.calendar_read_failed(p_tenant uuid, p_professional uuid, p_n int, p_lease uuid,
    p_started timestamptz, p_verdict text, p_error text, p_retry_s int, p_jitter_ppm int) RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
    c kf.calendar_connection;
    b kf.calendar_busy;
BEGIN
    SELECT x.* INTO c FROM kf.calendar_connection x
    WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND x.state = 'connected'
    FOR NO KEY UPDATE;
    SELECT x.* INTO b FROM kf.calendar_busy x
    WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND x.n = p_n FOR UPDATE;
    IF b.lease IS DISTINCT FROM p_lease OR p_lease IS NULL OR b.connection_id IS DISTINCT FROM c.connection_id THEN
        RETURN false;
    END IF;
    UPDATE kf.calendar_busy x
    SET failures = x.failures + 1, failed_at = p_started, failing_since = coalesce(x.failing_since, p_started),
        error = left(p_error, 500), lease = NULL, lease_until = NULL,
        next_read_at = v_now + kf.calendar_delay(x.failures + 1, 60, p_retry_s, p_jitter_ppm),
        valid_until = CASE WHEN x.changed_at IS NOT NULL OR p_verdict = 'revoked'
                           THEN least(x.valid_until, v_now) ELSE x.valid_until END
    WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND x.n = p_n
    RETURNING x.* INTO b;
    IF p_verdict = 'revoked' THEN
        PERFORM kf.calendar_error(p_tenant, c.connection_id, 'revoked');
    ELSIF b.valid_until <= v_now AND b.failures >= 2
          AND (c.told_at IS NULL OR c.told_at <= v_now - interval '6 hours') THEN
        PERFORM kf.calendar_tell(c, 'calendar_unreadable', left(p_error, 500));
    END IF;
    RETURN b.failures = 1;
END
$$;
