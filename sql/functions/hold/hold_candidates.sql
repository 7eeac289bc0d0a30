-- The professionals for a service, best first: the fewest live claims on the local day. Those with unknown calendar
-- time follow, and those whose calendar takes the time come last. The lock on the tenant's day keeps the counts true
-- until the claim is inserted.
CREATE OR REPLACE FUNCTION kf.hold_candidates(p_tenant uuid, p_service uuid, p_zone text, p_start timestamptz)
RETURNS uuid[]
LANGUAGE plpgsql
AS $$
DECLARE
    v_day date := (p_start AT TIME ZONE p_zone)::date;
    v_from timestamptz := kf.zone_day_start(p_zone, v_day);
    v_to timestamptz := kf.zone_day_start(p_zone, v_day + 1);
    v_now timestamptz := kf.now();
    v_range tstzrange := (SELECT tstzrange(p_start - make_interval(mins => s.buffer_before_min),
                                           p_start + make_interval(mins => s.duration_min + s.buffer_after_min))
                          FROM kf.service s WHERE s.tenant_id = p_tenant AND s.service_id = p_service);
    v_calendars boolean := EXISTS (SELECT FROM kf.calendar_busy b WHERE b.tenant_id = p_tenant);
BEGIN
    PERFORM pg_advisory_xact_lock(kf.lock_key('any', p_tenant, v_day::text));
    RETURN ARRAY(
        SELECT p.professional_id
        FROM kf.professional_service ps
        JOIN kf.professional p USING (tenant_id, professional_id),
        LATERAL (SELECT count(*) AS n FROM kf.claim c
                 WHERE c.tenant_id = p_tenant AND c.professional_id = p.professional_id
                   AND c.starts_at > v_from - interval '24 hours' AND c.starts_at < v_to
                   AND c.slot_start >= v_from AND c.slot_start < v_to
                   AND c.state IN ('held', 'pending', 'booked')
                   AND (c.expires_at IS NULL OR c.expires_at > v_now)) k
        WHERE ps.tenant_id = p_tenant AND ps.service_id = p_service AND p.active
        ORDER BY CASE WHEN v_calendars THEN kf.calendar_rank(p_tenant, p.professional_id, v_range) ELSE 0 END,
                 k.n, p.position, p.name, p.professional_id);
END
$$;
