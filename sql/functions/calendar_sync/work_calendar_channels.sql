-- Leases calendars whose channel is to be opened, or opened anew before the old one ends.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_calendar_channels(p_limit int, p_lease_s int)
RETURNS TABLE (tenant_id uuid, connection_id uuid, calendar_id text, provider text, refresh_token_sealed text,
               access_token_sealed text, access_expires_at timestamptz, now timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    RETURN QUERY
    WITH locked AS MATERIALIZED (
        SELECT y.tenant_id, y.connection_id, y.calendar_id FROM kf.calendar_source y
        JOIN kf.calendar_connection c ON c.tenant_id = y.tenant_id AND c.connection_id = y.connection_id
        JOIN kf.tenant t ON t.tenant_id = y.tenant_id
        WHERE y.channel_due_at <= v_now AND (y.channel_lease_until IS NULL OR y.channel_lease_until <= v_now)
          AND c.state = 'connected' AND t.status = 'active'
        ORDER BY y.channel_due_at
        LIMIT p_limit FOR UPDATE OF y SKIP LOCKED
    ), leased AS (
        UPDATE kf.calendar_source x SET channel_lease_until = v_now + make_interval(secs => p_lease_s)
        FROM locked
        WHERE x.tenant_id = locked.tenant_id AND x.connection_id = locked.connection_id
          AND x.calendar_id = locked.calendar_id
        RETURNING x.tenant_id, x.connection_id, x.calendar_id
    )
    SELECT x.tenant_id, x.connection_id, x.calendar_id, c.provider, c.refresh_token_sealed,
           c.access_token_sealed, c.access_expires_at, v_now
    FROM leased x
    JOIN kf.calendar_connection c ON c.tenant_id = x.tenant_id AND c.connection_id = x.connection_id;
END
$$;
REVOKE ALL ON FUNCTION kf.work_calendar_channels FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_calendar_channels TO konfirmado_app, konfirmado_owner;
RESET ROLE;
