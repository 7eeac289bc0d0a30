-- Is this a start that the professional's windows and the service's grid offer?
CREATE OR REPLACE FUNCTION kf.slot_fits(p_tenant uuid, p_professional uuid, p_start timestamptz,
                                        p_step_min int, p_duration_min int) RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM kf.windows(p_tenant, p_professional, p_start, p_start + interval '1 microsecond') w
        WHERE w.lo <= p_start AND p_start < w.hi
          AND mod(extract(epoch FROM p_start - w.origin), p_step_min * 60) = 0
          AND p_start + make_interval(mins => p_duration_min) <= w.until);
END
$$;
