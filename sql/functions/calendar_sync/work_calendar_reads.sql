-- Leases due rows of busy time of bookable professionals, the longest waiting first.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_calendar_reads(p_limit int, p_lease_s int)
RETURNS TABLE (tenant_id uuid, professional_id uuid, now timestamptz, n int, lease uuid,
               range_from timestamptz, range_to timestamptz, connection_id uuid, provider text,
               refresh_token_sealed text, access_token_sealed text, access_expires_at timestamptz,
               calendars text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    -- These cannot be booked: checked again a minute later.
    UPDATE kf.calendar_busy x SET next_read_at = v_now + interval '1 minute'
    FROM (SELECT y.tenant_id, y.professional_id, y.n
          FROM kf.calendar_busy y
          JOIN kf.tenant t ON t.tenant_id = y.tenant_id
          JOIN kf.professional f ON f.tenant_id = y.tenant_id AND f.professional_id = y.professional_id
          WHERE y.next_read_at <= v_now AND NOT (t.status = 'active' AND f.active)
          LIMIT 1000 FOR UPDATE OF y SKIP LOCKED) idle
    WHERE x.tenant_id = idle.tenant_id AND x.professional_id = idle.professional_id AND x.n = idle.n;
    RETURN QUERY
    SELECT x.tenant_id, x.professional_id, v_now, x.n, x.lease, lower(r.range), upper(r.range),
           c.connection_id, c.provider, c.refresh_token_sealed, c.access_token_sealed, c.access_expires_at,
           kf.calendar_read_ids(x.tenant_id, x.connection_id)
    FROM kf.lease_calendar_reads(p_limit, p_lease_s) x
    JOIN kf.calendar_connection c ON c.tenant_id = x.tenant_id AND c.connection_id = x.connection_id,
    LATERAL (SELECT kf.calendar_range(x.n, v_now, kf.calendar_before(x.tenant_id, x.professional_id))) r(range);
END
$$;
REVOKE ALL ON FUNCTION kf.work_calendar_reads FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_calendar_reads TO konfirmado_app, konfirmado_owner;
RESET ROLE;
