-- Whether a service has reached its daily maximum on the day of p_start. The lock keeps the answer valid until the
-- claim is inserted; it precedes any lock of a claim. p_replaces: a claim that the new one replaces.
CREATE OR REPLACE FUNCTION kf.day_full(s kf.service, p_zone text, p_start timestamptz, p_replaces uuid)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    v_day date := (p_start AT TIME ZONE p_zone)::date;
    v_from timestamptz := kf.zone_day_start(p_zone, v_day);
    v_to timestamptz := kf.zone_day_start(p_zone, v_day + 1);
    v_now timestamptz := kf.now();
BEGIN
    PERFORM pg_advisory_xact_lock(kf.lock_key('service day', s.tenant_id, s.service_id || ' ' || v_day));
    -- Joined through the professionals, because few services have a maximum, and every hold would pay for an index of
    -- services' days.
    RETURN (SELECT count(*) FROM kf.professional p JOIN kf.claim c USING (tenant_id, professional_id)
            WHERE c.tenant_id = s.tenant_id AND c.service_id = s.service_id
              AND c.starts_at > v_from - interval '24 hours' AND c.starts_at < v_to
              AND c.slot_start >= v_from AND c.slot_start < v_to
              AND c.state IN ('held', 'pending', 'booked')
              AND (c.expires_at IS NULL OR c.expires_at > v_now)
              AND c.claim_id IS DISTINCT FROM p_replaces) >= s.max_per_day;
END
$$;

-- Refuses a service on such a day.
CREATE OR REPLACE FUNCTION kf.day_check(s kf.service, p_zone text, p_start timestamptz, p_replaces uuid)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF kf.day_full(s, p_zone, p_start, p_replaces) THEN
        PERFORM kf.refuse('KF414', 'This day is fully booked', 'start');
    END IF;
END
$$;
