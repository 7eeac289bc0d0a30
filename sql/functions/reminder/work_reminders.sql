-- Turns due reminders into mails. The reminder and its booking are locked, and the booking's present state decides. A
-- concurrent change of the booking comes before (then the reminder is left for the next turn) or after. A reminder that
-- is too late is skipped: that of a day from two hours before the start, that of an hour from ten minutes before. A
-- failing one is postponed alone, and the rest continues.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_reminders(p_limit int) RETURNS TABLE (sent int, skipped int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
-- In the order of their due times, each joined to its booking: never a scan of all bookings of a business.
SET enable_mergejoin = off SET enable_hashjoin = off
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_until timestamptz;
    v_sent boolean;
    x record;
    v_failed boolean;
    t kf.tenant;
BEGIN
    sent := 0;
    skipped := 0;
    FOR x IN
        SELECT r AS reminder, b AS booking
        FROM kf.reminder r
        JOIN kf.booking b ON b.tenant_id = r.tenant_id AND b.booking_id = r.booking_id
        WHERE r.state = 'due' AND r.due_at <= v_now
        ORDER BY r.due_at
        LIMIT p_limit
        FOR UPDATE OF r SKIP LOCKED
        FOR SHARE OF b SKIP LOCKED
    LOOP
        v_until := (x.reminder).starts_at
                   - CASE (x.reminder).kind WHEN 'reminder_24h' THEN interval '2 hours' ELSE interval '10 minutes' END;
        v_sent := false;
        v_failed := false;
        IF (x.booking).status IN ('paid', 'confirmed') AND (x.booking).slot_start = (x.reminder).starts_at
           AND (x.booking).reminders AND v_now < v_until THEN
            IF t.tenant_id IS DISTINCT FROM (x.booking).tenant_id THEN
                SELECT y.* INTO t FROM kf.tenant y WHERE y.tenant_id = (x.booking).tenant_id;
            END IF;
            BEGIN
                v_sent := kf.mail_wanted(t.mails, (x.reminder).kind)
                    AND kf.mail_plan(t, x.booking, (x.reminder).kind,
                                     format('%s/%s', (x.booking).booking_id,
                                            extract(epoch FROM (x.reminder).starts_at)::bigint),
                                     v_until, kf.mail_facts(x.booking)) > 0;
            EXCEPTION WHEN OTHERS THEN
                v_failed := true;
                RAISE WARNING USING ERRCODE = 'KF901',
                    MESSAGE = format('a reminder of booking %s: %s', (x.booking).booking_id, SQLERRM);
            END;
        END IF;
        UPDATE kf.reminder r
        SET state = CASE WHEN v_failed THEN 'due' WHEN v_sent THEN 'sent' ELSE 'skipped' END,
            due_at = CASE WHEN v_failed THEN v_now + interval '5 minutes' ELSE r.due_at END,
            settled_at = CASE WHEN v_failed THEN NULL ELSE v_now END
        WHERE r.tenant_id = (x.reminder).tenant_id AND r.booking_id = (x.reminder).booking_id
          AND r.kind = (x.reminder).kind AND r.starts_at = (x.reminder).starts_at;
        sent := sent + v_sent::int;
        skipped := skipped + (NOT v_sent AND NOT v_failed)::int;
    END LOOP;
    RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION kf.work_reminders FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_reminders TO konfirmado_app, konfirmado_owner;
RESET ROLE;
