-- The state of connected calendars of all tenants, for the operator's check. late: their reading is overdue.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.calendars_check()
RETURNS TABLE (connected int, failing int, broken int, late int, unwritten int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
    SELECT (SELECT count(*)::int FROM kf.calendar_connection c WHERE c.state = 'connected'),
           (SELECT count(DISTINCT b.connection_id)::int
            FROM kf.calendar_busy b JOIN kf.calendar_connection c USING (tenant_id, connection_id)
            WHERE c.state = 'connected' AND b.failed_at IS NOT NULL),
           (SELECT count(*)::int FROM kf.calendar_connection c WHERE c.state = 'error'),
           (SELECT count(DISTINCT b.connection_id)::int
            FROM kf.calendar_busy b
            JOIN kf.calendar_connection c USING (tenant_id, connection_id)
            JOIN kf.tenant t USING (tenant_id)
            WHERE c.state = 'connected' AND t.status = 'active' AND b.failed_at IS NULL
              AND b.next_read_at < kf.now() - interval '5 minutes'),
           (SELECT count(*)::int FROM kf.calendar_event x JOIN kf.booking b USING (tenant_id, booking_id)
            WHERE x.state = 'failed' AND b.slot_end > kf.now())
$$;
REVOKE ALL ON FUNCTION kf.calendars_check FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.calendars_check TO konfirmado_app, konfirmado_owner;
RESET ROLE;
