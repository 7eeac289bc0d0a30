-- Tidies up what time has ended after the booking: mails that nobody sent while they were of use, reminders
-- of what is long over, days that nobody waits for any more.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.after_sweep(p_limit int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    UPDATE kf.mail m SET state = 'skipped', lease_until = NULL
    WHERE (m.tenant_id, m.mail_id) IN (
        SELECT x.tenant_id, x.mail_id FROM kf.mail x
        WHERE x.state IN ('due', 'sending') AND x.useful_until <= v_now AND coalesce(x.lease_until <= v_now, true)
        ORDER BY x.useful_until LIMIT p_limit FOR UPDATE SKIP LOCKED);
    DELETE FROM kf.reminder r
    WHERE (r.tenant_id, r.booking_id, r.kind, r.starts_at) IN (
        SELECT x.tenant_id, x.booking_id, x.kind, x.starts_at FROM kf.reminder x
        WHERE x.state <> 'due' AND x.starts_at < v_now - interval '7 days'
        ORDER BY x.starts_at LIMIT p_limit FOR UPDATE SKIP LOCKED);
    UPDATE kf.waiting w SET state = 'over'
    WHERE (w.tenant_id, w.waiting_id) IN (
        SELECT x.tenant_id, x.waiting_id FROM kf.waiting x JOIN kf.tenant t USING (tenant_id)
        WHERE x.state = 'waiting' AND x.day <= (v_now AT TIME ZONE 'UTC')::date + 1
          AND kf.zone_day_start(kf.zone_or(x.customer_zone, t.time_zone), x.day + 1) <= v_now
        LIMIT p_limit FOR UPDATE OF x SKIP LOCKED);
    DELETE FROM kf.waiting w
    WHERE (w.tenant_id, w.waiting_id) IN (
        SELECT x.tenant_id, x.waiting_id FROM kf.waiting x
        WHERE x.state IN ('taken', 'left', 'over') AND x.day < (v_now AT TIME ZONE 'UTC')::date - 30
        ORDER BY x.day LIMIT p_limit FOR UPDATE SKIP LOCKED);
END
$$;
REVOKE ALL ON FUNCTION kf.after_sweep FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.after_sweep TO konfirmado_app, konfirmado_owner;
RESET ROLE;
