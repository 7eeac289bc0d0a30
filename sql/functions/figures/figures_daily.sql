-- Bookings made, money received and holds refused on each day from p_from to p_to.
CREATE OR REPLACE FUNCTION kf.figures_daily(p_tenant uuid, p_zone text, p_currency text, p_from date, p_to date)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_lo timestamptz := kf.zone_day_start(p_zone, p_from);
    v_hi timestamptz := kf.zone_day_start(p_zone, p_to + 1);
BEGIN
    RETURN (
        WITH made AS (
            SELECT (b.created_at AT TIME ZONE p_zone)::date AS day, count(*) AS n FROM kf.booking b
            WHERE b.tenant_id = p_tenant AND b.created_at >= v_lo AND b.created_at < v_hi GROUP BY 1
        ), paid AS (
            SELECT (x.created_at AT TIME ZONE p_zone)::date AS day,
                   sum(x.approved_cents - x.returning_cents - x.returned_cents) AS cents
            FROM kf.payment x
            WHERE x.tenant_id = p_tenant AND x.created_at >= v_lo AND x.created_at < v_hi
              AND x.state = 'applied' AND x.currency = p_currency GROUP BY 1
        )
        SELECT jsonb_agg(jsonb_build_object('day', p_from + i, 'bookings', coalesce(m.n, 0),
                                            'revenue_cents', coalesce(q.cents, 0),
            'holds_refused', coalesce(z.refused, '{"address": 0, "network": 0, "share": 0}')) ORDER BY i)
        FROM generate_series(0, p_to - p_from) i
        LEFT JOIN made m ON m.day = p_from + i
        LEFT JOIN paid q ON q.day = p_from + i
        LEFT JOIN kf.figures_refused(p_tenant, p_zone, p_from, p_to) z ON z.day = p_from + i);
END
$$;
