-- Cleans up after bookings: mails that were not sent while useful, old reminders, days in waiting lists that are over,
-- places in waiting lists that were not confirmed in time.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.after_sweep(p_limit int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    WITH past AS MATERIALIZED (
        SELECT x.tenant_id, x.mail_id FROM kf.mail x
        WHERE x.state IN ('due', 'sending') AND x.useful_until <= v_now AND coalesce(x.lease_until <= v_now, true)
        ORDER BY x.useful_until LIMIT p_limit FOR UPDATE SKIP LOCKED
    )
    UPDATE kf.mail m SET state = 'skipped', lease_until = NULL
    FROM past WHERE m.tenant_id = past.tenant_id AND m.mail_id = past.mail_id;
    WITH past AS MATERIALIZED (
        SELECT x.tenant_id, x.booking_id, x.kind, x.starts_at FROM kf.reminder x
        WHERE x.state <> 'due' AND x.starts_at < v_now - interval '7 days'
        ORDER BY x.starts_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    )
    DELETE FROM kf.reminder r USING past
    WHERE r.tenant_id = past.tenant_id AND r.booking_id = past.booking_id AND r.kind = past.kind
      AND r.starts_at = past.starts_at;
    WITH past AS MATERIALIZED (
        SELECT x.tenant_id, x.waiting_id FROM kf.waiting x JOIN kf.tenant t USING (tenant_id)
        WHERE x.state = 'waiting' AND x.day <= (v_now AT TIME ZONE 'UTC')::date + 1
          AND kf.zone_day_start(kf.zone_or(x.customer_zone, t.time_zone), x.day + 1) <= v_now
        LIMIT p_limit FOR UPDATE OF x SKIP LOCKED
    )
    UPDATE kf.waiting w SET state = 'over'
    FROM past WHERE w.tenant_id = past.tenant_id AND w.waiting_id = past.waiting_id;
    WITH past AS MATERIALIZED (
        SELECT x.tenant_id, x.waiting_id FROM kf.waiting x
        WHERE x.state = 'unverified' AND x.created_at <= v_now - kf.kept_for('unverified')
        ORDER BY x.created_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    )
    UPDATE kf.waiting w SET state = 'over'
    FROM past WHERE w.tenant_id = past.tenant_id AND w.waiting_id = past.waiting_id;
    WITH past AS MATERIALIZED (
        SELECT x.tenant_id, x.waiting_id FROM kf.waiting x
        WHERE x.state IN ('taken', 'left', 'over') AND x.day < (v_now AT TIME ZONE 'UTC')::date - 30
        ORDER BY x.day LIMIT p_limit FOR UPDATE SKIP LOCKED
    )
    DELETE FROM kf.waiting w USING past WHERE w.tenant_id = past.tenant_id AND w.waiting_id = past.waiting_id;
END
$$;
REVOKE ALL ON FUNCTION kf.after_sweep FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.after_sweep TO konfirmado_app, konfirmado_owner;
RESET ROLE;
