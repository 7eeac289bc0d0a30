-- Leases calendars to be synced for conflicts with bookings.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_calendar_syncs(p_limit int, p_lease_s int)
RETURNS TABLE (tenant_id uuid, connection_id uuid, calendar_id text, sync_token text, provider text,
               refresh_token_sealed text, access_token_sealed text, access_expires_at timestamptz, now timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT x.tenant_id, x.connection_id, x.calendar_id, x.sync_token, c.provider, c.refresh_token_sealed,
           c.access_token_sealed, c.access_expires_at, kf.now()
    FROM kf.lease_calendar_syncs(p_limit, p_lease_s) x
    JOIN kf.calendar_connection c ON c.tenant_id = x.tenant_id AND c.connection_id = x.connection_id;
END
$$;
REVOKE ALL ON FUNCTION kf.work_calendar_syncs FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_calendar_syncs TO konfirmado_app, konfirmado_owner;
RESET ROLE;
