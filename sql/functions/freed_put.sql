-- A hold (c) was given back. One that is given back within seconds has kept the time from nobody: an offer of it would keep
-- it from everybody, as often as somebody likes to hold and let go.
CREATE OR REPLACE FUNCTION kf.freed_hold(c kf.claim) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF c.created_at <= kf.now() - interval '30 seconds' THEN
        PERFORM kf.freed_put(c.tenant_id, c.claim_id, c.professional_id, c.slot_start, c.slot_end);
    END IF;
END
$$;

-- The time of a claim has come free: noted if somebody waits for a time on that day, which is another one in another zone.
-- Of a claim that was an offer of the waiting list it is everybody's (open): kept for the next, two who let go in turn
-- would keep it from everybody for ever. What is noted of that time from before the offer keeps it for nobody either.
CREATE OR REPLACE FUNCTION kf.freed_put(p_tenant uuid, p_claim uuid, p_professional uuid, p_start timestamptz,
                                        p_end timestamptz) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_open boolean := EXISTS (SELECT FROM kf.waiting w WHERE w.tenant_id = p_tenant AND w.claim_id = p_claim);
BEGIN
    IF v_open THEN
        UPDATE kf.freed f SET open = true
        WHERE f.tenant_id = p_tenant AND f.professional_id = p_professional
          AND f.slot_start < p_end AND f.slot_end > p_start;
    END IF;
    INSERT INTO kf.freed (tenant_id, freed_id, professional_id, slot_start, slot_end, created_at, open)
    SELECT p_tenant, gen_random_uuid(), p_professional, p_start, p_end, kf.now(), v_open
    WHERE p_end > kf.now()
      AND EXISTS (SELECT FROM kf.waiting w
                  JOIN kf.tenant t USING (tenant_id)
                  WHERE w.tenant_id = p_tenant AND w.state = 'waiting'
                    AND w.day BETWEEN (p_start AT TIME ZONE 'UTC')::date - 1 AND (p_start AT TIME ZONE 'UTC')::date + 1
                    AND w.day = (p_start AT TIME ZONE kf.zone_or(w.customer_zone, t.time_zone))::date);
END
$$;
