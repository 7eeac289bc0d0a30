-- A professional's working windows that overlap [p_from, p_to): weekly hours, or a day's overrides instead, without
-- breaks and closed days. Touching windows of a day are merged; a window that ends at 24:00 and one from 00:00 of the
-- next day stay separate. Candidate starts are the u with (u - origin) divisible by the step, lo <= u < hi and u +
-- duration <= until.
CREATE OR REPLACE FUNCTION kf.windows(p_tenant uuid, p_professional uuid,
                                      p_from timestamptz, p_to timestamptz)
RETURNS TABLE (origin timestamptz, lo timestamptz, hi timestamptz, until timestamptz)
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text;
    v_last date;
    w record;
BEGIN
    SELECT p.time_zone INTO v_zone FROM kf.professional p
    WHERE p.tenant_id = p_tenant AND p.professional_id = p_professional;
    v_last := ((p_to - interval '1 microsecond') AT TIME ZONE v_zone)::date;
    FOR w IN
        SELECT lower(r.span) AS starts, upper(r.span) AS ends
        FROM generate_series(0, v_last - (p_from AT TIME ZONE v_zone)::date) AS i,
             unnest(kf.day_spans(p_tenant, p_professional, (p_from AT TIME ZONE v_zone)::date + i)) AS r(span)
        ORDER BY 1
    LOOP
        -- The simple case, by far the most frequent: no change of offset from three hours
        -- before the window (it may start in a repeated hour) to its end (which exists).
        lo := w.starts AT TIME ZONE v_zone;
        until := w.ends AT TIME ZONE v_zone;
        IF until - lo = w.ends - w.starts AND until AT TIME ZONE v_zone = w.ends
           AND (lo - interval '3 hours') AT TIME ZONE v_zone = w.starts - interval '3 hours' THEN
            origin := lo;
            hi := until;
            IF lo < p_to AND until > p_from THEN
                RETURN NEXT;
            END IF;
        ELSE
            RETURN QUERY SELECT c.* FROM kf.window_cut(v_zone, w.starts, w.ends) c
                         WHERE c.lo < p_to AND c.until > p_from;
        END IF;
    END LOOP;
END
$$;
