-- Leases channels to be stopped. A channel that has expired or has no grant left is ended here.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_calendar_stops(p_limit int, p_lease_s int)
RETURNS TABLE (tenant_id uuid, channel_id uuid, resource_id text, connection_id uuid, provider text,
               refresh_token_sealed text, access_token_sealed text, access_expires_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    UPDATE kf.calendar_channel x SET state = 'ended', stop_due_at = NULL
    FROM (SELECT y.tenant_id, y.channel_id FROM kf.calendar_channel y
          JOIN kf.calendar_connection c ON c.tenant_id = y.tenant_id AND c.connection_id = y.connection_id
          WHERE y.stop_due_at <= v_now AND (y.expires_at <= v_now OR c.refresh_token_sealed IS NULL)
          LIMIT 1000 FOR UPDATE OF y SKIP LOCKED) past
    WHERE x.tenant_id = past.tenant_id AND x.channel_id = past.channel_id;
    RETURN QUERY
    SELECT x.tenant_id, x.channel_id, x.resource_id, x.connection_id, c.provider, c.refresh_token_sealed,
           c.access_token_sealed, c.access_expires_at
    FROM kf.lease_calendar_stops(p_limit, p_lease_s) x
    JOIN kf.calendar_connection c ON c.tenant_id = x.tenant_id AND c.connection_id = x.connection_id;
END
$$;
REVOKE ALL ON FUNCTION kf.work_calendar_stops FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_calendar_stops TO konfirmado_app, konfirmado_owner;
RESET ROLE;
