-- The first instant of a day in a zone. PostgreSQL reads a midnight that happens twice as the
-- second one, and one that does not exist as the instant of the jump.
CREATE OR REPLACE FUNCTION kf.zone_day_start(p_zone text, p_day date)
RETURNS timestamptz
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_start timestamptz := p_day::timestamp AT TIME ZONE p_zone;
    v_change timestamptz := kf.zone_change(p_zone, v_start - interval '3 hours', v_start);
    v_first timestamptz;
BEGIN
    IF v_change IS NULL THEN
        RETURN v_start;
    END IF;
    v_first := (p_day::timestamp AT TIME ZONE 'UTC')
               - make_interval(secs => kf.zone_offset(p_zone, v_start - interval '3 hours'));
    RETURN CASE WHEN v_first < v_change THEN v_first ELSE v_start END;
END
$$;
