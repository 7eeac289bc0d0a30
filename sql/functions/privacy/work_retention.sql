-- Erases customers whose bookings ended before their business's retention period, the oldest first, at most p_limit,
-- with places in waiting lists and searches in the audit log of the same age. A booking with an open refund waits.
-- Returns the numbers of bookings and places.
SET ROLE konfirmado_privacy;
CREATE OR REPLACE FUNCTION kf.work_retention(p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_former text := coalesce(current_setting('kf.tenant', true), '');
    v_now timestamptz := kf.now();
    v_sum int := 0;
    v_count int;
    r record;
    b kf.booking;
BEGIN
    FOR r IN SELECT t.tenant_id, v_now - make_interval(days => t.retention_days) AS before, t.time_zone
             FROM kf.tenant t WHERE t.retention_days IS NOT NULL ORDER BY t.tenant_id LOOP
        EXIT WHEN v_sum >= p_limit;
        PERFORM set_config('kf.tenant', r.tenant_id::text, true);
        v_count := 0;
        FOR b IN SELECT x.* FROM kf.booking x
                 WHERE x.tenant_id = r.tenant_id AND x.erased_at IS NULL AND x.slot_end <= r.before
                   AND NOT kf.booking_owes(x)
                 ORDER BY x.slot_end LIMIT p_limit - v_sum FOR UPDATE SKIP LOCKED LOOP
            PERFORM kf.booking_scrub(r.tenant_id, b.booking_id);
            v_count := v_count + 1;
        END LOOP;
        v_count := v_count + kf.retain_waiting(r.tenant_id, r.before, r.time_zone, p_limit - v_sum);
        UPDATE kf.audit a SET after = a.after || '{"search":"***"}'
        WHERE a.tenant_id = r.tenant_id AND a.action = 'export_started' AND a.at <= r.before
          AND a.after ? 'search' AND a.after->>'search' <> '***';
        IF v_count > 0 THEN
            PERFORM kf.audit_put(r.tenant_id, 'retention_applied', 'customer', '', '', NULL,
                                 jsonb_build_object('count', v_count));
        END IF;
        v_sum := v_sum + v_count;
    END LOOP;
    PERFORM set_config('kf.tenant', v_former, true);
    RETURN v_sum;
END
$$;

-- Erases places in waiting lists of days that ended by p_before, with their mails. Returns their number.
CREATE OR REPLACE FUNCTION kf.retain_waiting(p_tenant uuid, p_before timestamptz, p_zone text, p_limit int) RETURNS int
LANGUAGE plpgsql
AS $$
DECLARE
    v_ids uuid[] := '{}';
    w record;
BEGIN
    FOR w IN SELECT x.waiting_id, x.email FROM kf.waiting x
             WHERE x.tenant_id = p_tenant AND x.day < (p_before AT TIME ZONE p_zone)::date
             ORDER BY x.day, x.waiting_id LIMIT p_limit FOR UPDATE SKIP LOCKED LOOP
        PERFORM kf.scrub_mails(p_tenant, w.email, p_before);
        v_ids := v_ids || w.waiting_id;
    END LOOP;
    RETURN kf.scrub_waiting(p_tenant, v_ids);
END
$$;
REVOKE ALL ON FUNCTION kf.work_retention, kf.retain_waiting FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_retention TO konfirmado_app, konfirmado_owner;
RESET ROLE;
