-- Bookings that are over for as long as their business said, and that nobody marked, count as completed: at
-- most p_limit. How many. (The sweep's; it sees every tenant.) What is older than a year is left as it is. One that
-- fails comes first again: ten times as many are looked at, so that those behind it have their turn.
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
            WHEN lock_not_available THEN NULL; -- left for the next time, as is one that fails
            WHEN OTHERS THEN v_failed := v_failed || format('%s: %s', b.booking_id, SQLERRM);
        END;
    END LOOP;
    PERFORM kf.failed_say('bookings that cannot be completed', v_failed);
    RETURN v_count;
END
$$;
