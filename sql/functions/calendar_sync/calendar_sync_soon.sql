-- Something changed in a calendar of a connection: all its calendars are synced.
CREATE OR REPLACE FUNCTION kf.calendar_sync_soon(p_tenant uuid, p_connection uuid) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM FROM kf.calendar_source s
    WHERE s.tenant_id = p_tenant AND s.connection_id = p_connection
    ORDER BY s.calendar_id FOR UPDATE;
    UPDATE kf.calendar_source s SET sync_due_at = kf.now()
    WHERE s.tenant_id = p_tenant AND s.connection_id = p_connection;
END
$$;
