-- The unpaid holds at this moment: {held: holds without details, pending: bookings waiting for payment, days: days of
-- professionals on which they take more than half of the working time}.
CREATE OR REPLACE FUNCTION kf.hold_trouble(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
BEGIN
    RETURN (
        WITH unpaid AS MATERIALIZED (
            SELECT c.professional_id, c.state, c.ends_at - c.starts_at AS kept, f.time_zone,
                   (c.slot_start AT TIME ZONE f.time_zone)::date AS day
            FROM kf.claim c JOIN kf.professional f USING (tenant_id, professional_id)
            WHERE c.tenant_id = p_tenant AND c.state IN ('held', 'pending') AND c.holder_network IS NOT NULL
              AND c.expires_at > v_now
        ), crowded AS (
            SELECT u.professional_id, u.day, sum(u.kept) AS kept, kf.zone_day_start(min(u.time_zone), u.day) AS lo,
                   kf.zone_day_start(min(u.time_zone), u.day + 1) AS hi
            FROM unpaid u GROUP BY u.professional_id, u.day HAVING count(*) > 2 LIMIT 200
        )
        SELECT jsonb_build_object(
            'held', (SELECT count(*) FROM unpaid u WHERE u.state = 'held'),
            'pending', (SELECT count(*) FROM unpaid u WHERE u.state = 'pending'),
            'days', (SELECT count(*) FROM crowded d
                     WHERE 2 * d.kept > (SELECT sum(least(w.until, d.hi) - greatest(w.lo, d.lo))
                                         FROM kf.windows(p_tenant, d.professional_id, d.lo, d.hi) w))));
END
$$;
