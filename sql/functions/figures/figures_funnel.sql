-- The number of customers at each step, from day p_from to p_to. The first steps exist only as counts (kf.funnel_add),
-- partly added up by day already. The others are bookings made on these days by customers: all, those with a payment
-- attempt, and those with an approved payment, whenever it came.
CREATE OR REPLACE FUNCTION kf.figures_funnel(p_tenant uuid, p_zone text, p_from date, p_to date) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_lo timestamptz := kf.zone_day_start(p_zone, p_from);
    v_hi timestamptz := kf.zone_day_start(p_zone, p_to + 1);
    v_counted jsonb;
BEGIN
    SELECT jsonb_object_agg(s.step,
        coalesce((SELECT sum(d.value) FROM kf.daily_figure d
                  WHERE d.tenant_id = p_tenant AND d.day BETWEEN p_from AND p_to AND d.measure = s.step), 0)
        + coalesce((SELECT sum(e.n) FROM kf.funnel_event e
                    WHERE e.tenant_id = p_tenant AND e.step = s.step AND e.at >= v_lo AND e.at < v_hi), 0))
    INTO v_counted
    FROM unnest(ARRAY['service_selected', 'slot_selected']) AS s(step);
    RETURN (
        SELECT v_counted || jsonb_build_object(
            'details_entered', count(*),
            'payment_initiated', count(*) FILTER (WHERE EXISTS (
                SELECT FROM kf.payment_attempt a
                WHERE a.tenant_id = b.tenant_id AND a.booking_id = b.booking_id)),
            'payment_approved', count(*) FILTER (WHERE EXISTS (
                SELECT FROM kf.payment x
                WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id AND x.approved_cents > 0)))
        FROM kf.booking b
        WHERE b.tenant_id = p_tenant AND b.source = 'link' AND b.created_at >= v_lo AND b.created_at < v_hi);
END
$$;
