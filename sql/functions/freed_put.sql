-- A time has come free: noted if somebody waits for a time on that day (of the tenant's zone).
CREATE OR REPLACE FUNCTION kf.freed_put(p_tenant uuid, p_professional uuid, p_start timestamptz, p_end timestamptz)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO kf.freed (tenant_id, freed_id, professional_id, slot_start, slot_end, created_at)
    SELECT p_tenant, gen_random_uuid(), p_professional, p_start, p_end, kf.now()
    WHERE p_end > kf.now()
      AND EXISTS (SELECT FROM kf.waiting w
                  WHERE w.tenant_id = p_tenant AND w.state = 'waiting'
                    AND w.day = (SELECT (p_start AT TIME ZONE t.time_zone)::date FROM kf.tenant t
                                 WHERE t.tenant_id = p_tenant));
END
$$;
