-- A hold (c) was given back. One that is given back within seconds has kept the time from nobody: an offer of it would keep
-- it from everybody, as often as somebody likes to hold and let go.
CREATE OR REPLACE FUNCTION kf.freed_hold(c kf.claim) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF c.created_at <= kf.now() - interval '30 seconds' THEN
        PERFORM kf.freed_put(c.tenant_id, c.professional_id, c.slot_start, c.slot_end);
    END IF;
END
$$;

-- A time has come free: noted if somebody waits for a time on that day, which is another one in another zone.
CREATE OR REPLACE FUNCTION kf.freed_put(p_tenant uuid, p_professional uuid, p_start timestamptz, p_end timestamptz)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO kf.freed (tenant_id, freed_id, professional_id, slot_start, slot_end, created_at)
    SELECT p_tenant, gen_random_uuid(), p_professional, p_start, p_end, kf.now()
    WHERE p_end > kf.now()
      AND EXISTS (SELECT FROM kf.waiting w
                  JOIN kf.tenant t USING (tenant_id)
                  WHERE w.tenant_id = p_tenant AND w.state = 'waiting'
                    AND w.day BETWEEN (p_start AT TIME ZONE 'UTC')::date - 1 AND (p_start AT TIME ZONE 'UTC')::date + 1
                    AND w.day = (p_start AT TIME ZONE kf.zone_or(w.customer_zone, t.time_zone))::date);
END
$$;
