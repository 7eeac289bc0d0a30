-- Leases calendars that are to be looked through for what stands against bookings.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_calendar_syncs(p_limit int, p_lease_s int)
RETURNS TABLE (tenant_id uuid, connection_id uuid, calendar_id text, sync_token text, provider text,
               refresh_token_sealed text, access_token_sealed text, access_expires_at timestamptz, now timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_until timestamptz := v_now + make_interval(secs => p_lease_s);
BEGIN
    RETURN QUERY
    WITH locked AS MATERIALIZED (
        SELECT y.tenant_id, y.connection_id, y.calendar_id FROM kf.calendar_source y
        JOIN kf.calendar_connection c ON c.tenant_id = y.tenant_id AND c.connection_id = y.connection_id
        JOIN kf.tenant t ON t.tenant_id = y.tenant_id
        WHERE y.sync_due_at <= v_now AND (y.sync_lease_until IS NULL OR y.sync_lease_until <= v_now)
          AND c.state = 'connected' AND t.status = 'active'
        ORDER BY y.sync_due_at
        LIMIT p_limit FOR UPDATE OF y SKIP LOCKED
    ), leased AS (
        -- Whoever wants it looked through meanwhile puts an earlier time.
        UPDATE kf.calendar_source x SET sync_lease_until = v_until, sync_due_at = v_until
        FROM locked
        WHERE x.tenant_id = locked.tenant_id AND x.connection_id = locked.connection_id
          AND x.calendar_id = locked.calendar_id
        RETURNING x.tenant_id, x.connection_id, x.calendar_id, x.sync_token
    )
    SELECT x.tenant_id, x.connection_id, x.calendar_id, x.sync_token, c.provider, c.refresh_token_sealed,
           c.access_token_sealed, c.access_expires_at, v_now
    FROM leased x
    JOIN kf.calendar_connection c ON c.tenant_id = x.tenant_id AND c.connection_id = x.connection_id;
END
$$;
REVOKE ALL ON FUNCTION kf.work_calendar_syncs FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_calendar_syncs TO konfirmado_app, konfirmado_owner;
RESET ROLE;
