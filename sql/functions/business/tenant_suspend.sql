-- Suspends a tenant, or resumes it, which also approves a registered one. The calendars of a suspended tenant are not
-- read.
CREATE OR REPLACE FUNCTION kf.tenant_suspend(p_tenant uuid, p_on boolean) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    UPDATE kf.tenant t
    SET status = CASE WHEN p_on THEN 'suspended' ELSE 'active' END,
        approval_asked_at = CASE WHEN p_on THEN t.approval_asked_at END
    WHERE t.tenant_id = p_tenant;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such tenant');
    END IF;
    IF NOT p_on THEN
        UPDATE kf.calendar_busy b SET next_read_at = kf.now()
        FROM kf.calendar_connection c
        WHERE b.tenant_id = p_tenant AND c.tenant_id = b.tenant_id AND c.connection_id = b.connection_id
          AND c.state = 'connected' AND b.failures = 0 AND b.next_read_at <> 'infinity';
    END IF;
END
$$;
