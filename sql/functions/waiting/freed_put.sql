-- Records the time of a released hold (c). A hold released within seconds has blocked nobody, so it is not recorded:
-- otherwise repeated holds and releases would keep its time in offers and away from other customers. A hold that was an
-- offer is always recorded, and its time is reserved for nobody.
CREATE OR REPLACE FUNCTION kf.freed_hold(c kf.claim) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF c.created_at <= kf.now() - interval '30 seconds'
       OR EXISTS (SELECT FROM kf.waiting w WHERE w.tenant_id = c.tenant_id AND w.claim_id = c.claim_id) THEN
        PERFORM kf.freed_put(c.tenant_id, c.claim_id, c.professional_id, c.slot_start, c.slot_end);
    END IF;
END
$$;

-- Records the freed time of a claim (null: of none) if somebody waits for that day, as a day in their own time zone. If
-- the claim was an offer of the waiting list, its time is open: everybody may take it. If it were reserved for the next
-- in line, two people who release it in turn could block it forever. For the same reason other records of that time
-- become open too.
CREATE OR REPLACE FUNCTION kf.freed_put(p_tenant uuid, p_claim uuid, p_professional uuid, p_start timestamptz,
                                        p_end timestamptz) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_open boolean := EXISTS (SELECT FROM kf.waiting w WHERE w.tenant_id = p_tenant AND w.claim_id = p_claim);
BEGIN
    IF v_open THEN
        -- Records locked by a worker are skipped, since waiting for them could deadlock.
        UPDATE kf.freed f SET open = true
        WHERE (f.tenant_id, f.freed_id) IN (
            SELECT x.tenant_id, x.freed_id FROM kf.freed x
            WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND NOT x.open
              AND x.slot_start < p_end AND x.slot_end > p_start
            FOR UPDATE SKIP LOCKED);
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
