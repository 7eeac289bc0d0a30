-- Refuses a time or a professional to which a booking cannot move. s: its service as it is now, with the length of the
-- booking. The merchant may move it with its present professional in any case.
CREATE OR REPLACE FUNCTION kf.shift_check(b kf.booking, s kf.service, p_who uuid, p_start timestamptz,
                                          p_customer boolean, p_outside boolean) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_fits boolean;
BEGIN
    IF (p_customer OR p_who <> b.professional_id)
       AND NOT EXISTS (SELECT FROM kf.professional_service x JOIN kf.professional f USING (tenant_id, professional_id)
                       WHERE x.tenant_id = b.tenant_id AND x.professional_id = p_who AND x.service_id = b.service_id
                         AND f.active)
       OR p_customer AND p_who <> b.professional_id
          AND EXISTS (SELECT FROM kf.booking_link l WHERE l.tenant_id = b.tenant_id AND l.link_id = b.link_id
                        AND l.locked AND l.professional_id <> p_who) THEN
        PERFORM kf.refuse_field('This professional cannot be booked for this service', 'professional', 'not_offered');
    END IF;
    IF p_customer THEN
        v_fits := p_start BETWEEN v_now + make_interval(mins => s.notice_min)
                          AND v_now + make_interval(hours => 24 * s.horizon_days)
                  AND kf.slot_fits(b.tenant_id, p_who, p_start, s.step_min, s.duration_min);
    ELSE
        v_fits := p_start > v_now AND p_start <= v_now + interval '730 days';
        IF v_fits AND NOT p_outside AND NOT EXISTS (
                SELECT FROM kf.windows(b.tenant_id, p_who, p_start, p_start + interval '1 microsecond') w
                WHERE w.lo <= p_start AND p_start < w.hi AND p_start + make_interval(mins => s.duration_min) <= w.until) THEN
            PERFORM kf.refuse('KF413', 'This time is outside the working hours', 'start');
        END IF;
    END IF;
    IF v_fits IS NOT TRUE THEN
        PERFORM kf.refuse('KF413', 'This is not a time that can be booked', 'start');
    END IF;
END
$$;
