-- Leases events that are to be written or taken away, the longest waiting first, with what they tell.
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
DECLARE
    v_now timestamptz := kf.now();
    v_until timestamptz := v_now + make_interval(secs => p_lease_s);
BEGIN
    RETURN QUERY
    WITH locked AS MATERIALIZED (
        SELECT y.tenant_id, y.booking_id, y.n FROM kf.calendar_event y
        JOIN kf.calendar_connection c ON c.tenant_id = y.tenant_id AND c.connection_id = y.connection_id
        JOIN kf.tenant t ON t.tenant_id = y.tenant_id
        WHERE y.state IN ('due', 'sending') AND y.next_attempt_at <= v_now
          AND c.state = 'connected' AND t.status = 'active'
        ORDER BY y.next_attempt_at
        LIMIT p_limit FOR UPDATE OF y SKIP LOCKED
    ), leased AS (
        UPDATE kf.calendar_event x
        SET state = 'sending', sending = x.wanted, lease_until = v_until, next_attempt_at = v_until
        FROM locked
        WHERE x.tenant_id = locked.tenant_id AND x.booking_id = locked.booking_id AND x.n = locked.n
        RETURNING x.*
    )
    SELECT x.tenant_id, x.booking_id, x.n, x.connection_id, x.calendar_id, x.event_id, x.wanted,
           x.wanted_version, x.written_version, x.attempts, c.provider, c.refresh_token_sealed,
           c.access_token_sealed, c.access_expires_at, c.meeting, c.guest, c.summary, b.slot_start, b.slot_end,
           f.time_zone, t.language, t.name, b.terms->>'service_name', f.name, b.customer_name, b.customer_email,
           b.customer_phone, b.notes, b.status, v_now
    FROM leased x
    JOIN kf.calendar_connection c ON c.tenant_id = x.tenant_id AND c.connection_id = x.connection_id
    JOIN kf.booking b ON b.tenant_id = x.tenant_id AND b.booking_id = x.booking_id
    JOIN kf.professional f ON f.tenant_id = b.tenant_id AND f.professional_id = b.professional_id
    JOIN kf.tenant t ON t.tenant_id = x.tenant_id;
END
$$;
REVOKE ALL ON FUNCTION kf.work_calendar_events FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_calendar_events TO konfirmado_app, konfirmado_owner;
RESET ROLE;
