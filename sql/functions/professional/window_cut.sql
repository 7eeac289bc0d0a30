-- A working window in wall time as ranges of instants, cut where the offset changes. Starts lie on a grid in wall time
-- from the window's start. A start in a gap does not exist. Of an hour that occurs twice only the first is offered. The
-- service must end by `until` in elapsed time; an end that occurs twice means the first occurrence.
CREATE OR REPLACE FUNCTION kf.window_cut(p_zone text, p_starts timestamp, p_ends timestamp)
RETURNS TABLE (origin timestamptz, lo timestamptz, hi timestamptz, until timestamptz)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_end timestamptz := p_ends AT TIME ZONE p_zone;
    v_probe timestamptz := (p_starts AT TIME ZONE p_zone) - interval '3 hours';
    v_before interval := make_interval(secs => kf.zone_offset(p_zone, v_probe));
    v_after interval := make_interval(secs => kf.zone_offset(p_zone, v_end));
    v_change timestamptz := kf.zone_change(p_zone, v_probe, v_end);
    u_starts timestamptz := p_starts AT TIME ZONE 'UTC';
    u_ends timestamptz := p_ends AT TIME ZONE 'UTC';
BEGIN
    until := v_end;
    IF v_change IS NULL THEN
        origin := u_starts - v_before;
        lo := origin;
        hi := until;
        RETURN NEXT;
        RETURN;
    END IF;
    IF u_ends - v_before < v_change THEN
        until := u_ends - v_before;
    END IF;
    origin := u_starts - v_before;
    lo := origin;
    hi := least(v_change, u_ends - v_before);
    IF lo < hi THEN
        RETURN NEXT;
    END IF;
    -- After a change back, the repeated wall time ends (before - after) later.
    origin := u_starts - v_after;
    lo := greatest(origin, v_change, v_change + (v_before - v_after));
    hi := least(u_ends - v_after, until);
    IF lo < hi THEN
        RETURN NEXT;
    END IF;
END
$$;
