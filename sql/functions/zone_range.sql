-- The days [p_from, p_to] of a zone as instants, with the offsets in between: one row for each stretch of constant
-- offset, the first at range_from. The range includes one day more, because a time that begins on the last day may end
-- after it.
CREATE OR REPLACE FUNCTION kf.zone_range(p_zone text, p_from date, p_to date)
RETURNS TABLE (range_from timestamptz, range_to timestamptz, at timestamptz, offset_s int)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_until timestamptz;
    v_next timestamptz;
    v_change timestamptz;
BEGIN
    IF NOT EXISTS (SELECT FROM kf.zone_name z WHERE z.name = p_zone) THEN
        PERFORM kf.refuse_field('This is not a time zone', 'timezone', 'not_a_time_zone');
    END IF;
    IF p_to < p_from OR p_to - p_from > 400 THEN
        PERFORM kf.refuse('KF422', 'The range of days is not valid', 'to');
    END IF;
    range_from := kf.zone_day_start(p_zone, p_from);
    range_to := kf.zone_day_start(p_zone, p_to + 1);
    v_until := range_to + interval '1 day';
    at := range_from;
    offset_s := kf.zone_offset(p_zone, at);
    RETURN NEXT;
    -- No zone changes its offset and reverts within a week.
    WHILE at < v_until LOOP
        v_next := least(at + interval '7 days', v_until);
        v_change := kf.zone_change(p_zone, at, v_next);
        IF v_change IS NOT NULL AND v_change < v_until THEN
            at := v_change;
            offset_s := kf.zone_offset(p_zone, at);
            RETURN NEXT;
        ELSE
            at := v_next;
        END IF;
    END LOOP;
END
$$;
