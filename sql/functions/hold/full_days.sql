-- The days (in the tenant's zone) in [p_from, p_to) on which a service has reached its daily maximum. p_booking: a
-- booking to be moved, which does not count.
CREATE OR REPLACE FUNCTION kf.full_days(p_tenant uuid, p_service uuid, p_from timestamptz, p_to timestamptz,
                                        p_booking uuid DEFAULT NULL)
RETURNS TABLE (starts_at timestamptz, ends_at timestamptz)
LANGUAGE plpgsql
AS $$
DECLARE
    v_max int;
    v_zone text;
    v_now timestamptz := kf.now();
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    SELECT s.max_per_day, t.time_zone INTO v_max, v_zone
    FROM kf.service s JOIN kf.tenant t USING (tenant_id)
    WHERE s.tenant_id = p_tenant AND s.service_id = p_service;
    IF v_max IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH full_day AS MATERIALIZED (
        SELECT (c.slot_start AT TIME ZONE v_zone)::date AS day
        FROM kf.professional p JOIN kf.claim c USING (tenant_id, professional_id)
        WHERE c.tenant_id = p_tenant AND c.service_id = p_service
          AND c.starts_at > p_from - interval '50 hours' AND c.starts_at < p_to + interval '26 hours'
          AND c.state IN ('held', 'pending', 'booked')
          AND (c.expires_at IS NULL OR c.expires_at > v_now)
          AND (p_booking IS NULL OR c.claim_id IS DISTINCT FROM (SELECT b.claim_id FROM kf.booking b
                WHERE b.tenant_id = p_tenant AND b.booking_id = p_booking))
        GROUP BY 1 HAVING count(*) >= v_max
    ), bounded AS (
        SELECT kf.zone_day_start(v_zone, f.day) AS lo, kf.zone_day_start(v_zone, f.day + 1) AS hi
        FROM full_day f
    )
    SELECT d.lo, d.hi FROM bounded d WHERE d.lo < p_to AND d.hi > p_from ORDER BY 1;
END
$$;
