-- How many customers went how far, from the day p_from to p_to: what was rolled up by day, and what
-- has not been yet.
CREATE OR REPLACE FUNCTION kf.figures_funnel(p_tenant uuid, p_zone text, p_from date, p_to date) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT jsonb_object_agg(s.step,
            coalesce((SELECT sum(d.value) FROM kf.daily_figure d
                      WHERE d.tenant_id = p_tenant AND d.day BETWEEN p_from AND p_to AND d.measure = s.step), 0)
            + coalesce((SELECT sum(e.n) FROM kf.funnel_event e
                        WHERE e.tenant_id = p_tenant AND e.step = s.step
                          AND e.at >= kf.zone_day_start(p_zone, p_from)
                          AND e.at < kf.zone_day_start(p_zone, p_to + 1)), 0))
        FROM unnest(ARRAY['service_selected', 'slot_selected', 'details_entered', 'payment_initiated',
                          'payment_approved']) AS s(step));
END
$$;
