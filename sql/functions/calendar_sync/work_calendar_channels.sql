-- Leases calendars whose channel must be opened, or renewed before it expires.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_calendar_channels(p_limit int, p_lease_s int)
RETURNS TABLE (tenant_id uuid, connection_id uuid, calendar_id text, provider text, refresh_token_sealed text,
               access_token_sealed text, access_expires_at timestamptz, now timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT x.tenant_id, x.connection_id, x.calendar_id, c.provider, c.refresh_token_sealed,
           c.access_token_sealed, c.access_expires_at, kf.now()
    FROM kf.lease_calendar_channels(p_limit, p_lease_s) x
    JOIN kf.calendar_connection c ON c.tenant_id = x.tenant_id AND c.connection_id = x.connection_id;
END
$$;
REVOKE ALL ON FUNCTION kf.work_calendar_channels FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_calendar_channels TO konfirmado_app, konfirmado_owner;
RESET ROLE;
