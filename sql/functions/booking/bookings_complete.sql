-- Marks bookings as completed that the merchant did not mark within the business's period after their end: at most
-- p_limit. Returns their number. (Called by the sweep, which sees every tenant.) Bookings older than a year are left as
-- they are. A failing booking comes first again, so ten times as many are examined, to reach those behind it.
CREATE OR REPLACE FUNCTION kf.bookings_complete(p_limit int) RETURNS int
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_count int := 0;
    v_failed text[] := '{}';
    b kf.booking;
BEGIN
    FOR b IN
        SELECT x.* FROM kf.booking x JOIN kf.tenant t USING (tenant_id)
        WHERE x.status IN ('paid', 'confirmed') AND x.slot_end > v_now - interval '1 year'
          AND x.slot_end <= v_now - interval '1 hour'
          AND x.slot_end <= v_now - make_interval(hours => t.complete_after_hours)
        ORDER BY x.slot_end LIMIT 10 * p_limit FOR UPDATE OF x SKIP LOCKED
    LOOP
        EXIT WHEN v_count >= p_limit;
        BEGIN
            PERFORM kf.booking_move(b, 'completed', 'system', 'nobody said otherwise', '{"by": "system"}');
            v_count := v_count + 1;
        EXCEPTION
            WHEN lock_not_available THEN NULL; -- left for the next sweep, like a failing one
            WHEN OTHERS THEN v_failed := v_failed || format('%s: %s', b.booking_id, SQLERRM);
        END;
    END LOOP;
    PERFORM kf.failed_say('bookings that cannot be completed', v_failed);
    RETURN v_count;
END
$$;
