-- Whether the professional's windows and the service's grid offer this start. A day without a change of offset is
-- judged directly, as in kf.windows; other days by kf.windows itself.
CREATE OR REPLACE FUNCTION kf.slot_fits(p_tenant uuid, p_professional uuid, p_start timestamptz,
                                        p_step_min int, p_duration_min int) RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    v_fits boolean := false;
    v_plain boolean := true;
    v_lo timestamptz;
    v_until timestamptz;
    w record;
BEGIN
    FOR w IN
        SELECT p.time_zone, lower(r) AS starts, upper(r) AS ends
        FROM kf.professional p,
             unnest(kf.day_spans(p_tenant, p_professional, (p_start AT TIME ZONE p.time_zone)::date)) r
        WHERE p.tenant_id = p_tenant AND p.professional_id = p_professional
    LOOP
        v_lo := w.starts AT TIME ZONE w.time_zone;
        v_until := w.ends AT TIME ZONE w.time_zone;
        v_plain := v_plain AND v_until - v_lo = w.ends - w.starts AND v_until AT TIME ZONE w.time_zone = w.ends
                   AND (v_lo - interval '3 hours') AT TIME ZONE w.time_zone = w.starts - interval '3 hours';
        v_fits := v_fits OR v_lo <= p_start AND p_start < v_until
                            AND mod(extract(epoch FROM p_start - v_lo), p_step_min * 60) = 0
                            AND p_start + make_interval(mins => p_duration_min) <= v_until;
    END LOOP;
    IF v_plain THEN
        RETURN v_fits;
    END IF;
    RETURN EXISTS (
        SELECT FROM kf.windows(p_tenant, p_professional, p_start, p_start + interval '1 microsecond') x
        WHERE x.lo <= p_start AND p_start < x.hi
          AND mod(extract(epoch FROM p_start - x.origin), p_step_min * 60) = 0
          AND p_start + make_interval(mins => p_duration_min) <= x.until);
END
$$;
