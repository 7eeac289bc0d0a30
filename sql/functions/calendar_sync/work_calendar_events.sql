-- Leases events to be written or deleted, the longest waiting first, with their content.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_calendar_events(p_limit int, p_lease_s int)
RETURNS TABLE (tenant_id uuid, booking_id uuid, n int, connection_id uuid, calendar_id text, event_id uuid,
               wanted text, wanted_version int, written_version int, attempts int, provider text,
               refresh_token_sealed text, access_token_sealed text, access_expires_at timestamptz,
               meeting boolean, guest boolean, summary text, starts_at timestamptz, ends_at timestamptz,
               zone text, language text, business text, service_name text, professional_name text,
               customer_name text, customer_email text, customer_phone text, notes text,
               booking_status text, now timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT x.tenant_id, x.booking_id, x.n, x.connection_id, x.calendar_id, x.event_id, x.wanted,
           x.wanted_version, x.written_version, x.attempts, c.provider, c.refresh_token_sealed,
           c.access_token_sealed, c.access_expires_at, c.meeting, c.guest, c.summary, b.slot_start, b.slot_end,
           f.time_zone, t.language, t.name, b.terms->>'service_name', f.name, b.customer_name, b.customer_email,
           b.customer_phone, b.notes, b.status, kf.now()
    FROM kf.lease_calendar_events(p_limit, p_lease_s) x
    JOIN kf.calendar_connection c ON c.tenant_id = x.tenant_id AND c.connection_id = x.connection_id
    JOIN kf.booking b ON b.tenant_id = x.tenant_id AND b.booking_id = x.booking_id
    JOIN kf.professional f ON f.tenant_id = b.tenant_id AND f.professional_id = b.professional_id
    JOIN kf.tenant t ON t.tenant_id = x.tenant_id;
END
$$;
REVOKE ALL ON FUNCTION kf.work_calendar_events FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_calendar_events TO konfirmado_app, konfirmado_owner;
RESET ROLE;
