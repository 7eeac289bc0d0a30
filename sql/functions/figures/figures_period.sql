-- The figures of the days p_from to p_to in a tenant's zone. Bookings count by the time when they were made, attendance
-- and no-shows by the time of the booking, money by the time when it came.
CREATE OR REPLACE FUNCTION kf.figures_period(p_tenant uuid, p_zone text, p_currency text, p_from date, p_to date)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_lo timestamptz := kf.zone_day_start(p_zone, p_from);
    v_hi timestamptz := kf.zone_day_start(p_zone, p_to + 1);
    v_funnel jsonb := kf.figures_funnel(p_tenant, p_zone, p_from, p_to);
    v_made jsonb;
    v_came jsonb;
    v_sent jsonb;
BEGIN
    SELECT jsonb_build_object('bookings', count(*),
        'booked', count(*) FILTER (WHERE b.status IN ('paid', 'confirmed', 'completed', 'no_show')),
        'cancelled', count(*) FILTER (WHERE b.status = 'cancelled'),
        'moved', count(*) FILTER (WHERE b.sequence > (b.status = 'cancelled')::int), -- (a cancellation adds one)
        'lead_hours_p50', round((percentile_cont(0.5) WITHIN GROUP (
            ORDER BY extract(epoch FROM b.slot_start - b.created_at) / 3600)
            FILTER (WHERE b.status IN ('paid', 'confirmed', 'completed', 'no_show')))::numeric, 1)) INTO v_made
    FROM kf.booking b WHERE b.tenant_id = p_tenant AND b.created_at >= v_lo AND b.created_at < v_hi;
    SELECT jsonb_build_object('completed', q.came, 'no_show', q.missed,
        'no_show_rate', round(q.missed::numeric / NULLIF(q.came + q.missed, 0), 4)) INTO v_came
    FROM (SELECT count(*) FILTER (WHERE b.status = 'completed') AS came,
                 count(*) FILTER (WHERE b.status = 'no_show') AS missed
          FROM kf.booking b WHERE b.tenant_id = p_tenant AND b.slot_start >= v_lo AND b.slot_start < v_hi) q;
    -- (deleted sendings are still counted: kf.message_sweep)
    SELECT jsonb_build_object('sent', count(*) + kf.figure_sum(p_tenant, 'callbacks_sent', p_from, p_to),
        'delivered', count(*) FILTER (WHERE a.status BETWEEN 200 AND 299)
                     + kf.figure_sum(p_tenant, 'callbacks_delivered', p_from, p_to),
        'latency_ms_p50', round((percentile_cont(0.5) WITHIN GROUP (ORDER BY a.latency_ms))::numeric),
        'latency_ms_p95', round((percentile_cont(0.95) WITHIN GROUP (ORDER BY a.latency_ms))::numeric)) INTO v_sent
    FROM kf.callback_attempt a WHERE a.tenant_id = p_tenant AND a.at >= v_lo AND a.at < v_hi;
    RETURN v_made || v_came || jsonb_build_object(
        'revenue_cents', (SELECT coalesce(sum(x.approved_cents - x.returning_cents - x.returned_cents), 0) FROM kf.payment x
                          WHERE x.tenant_id = p_tenant AND x.created_at >= v_lo AND x.created_at < v_hi
                            AND x.state = 'applied' AND x.currency = p_currency),
        'callbacks', v_sent, 'funnel', v_funnel,
        'conversion', round((v_funnel->>'payment_approved')::numeric
                            / NULLIF((v_funnel->>'service_selected')::numeric, 0), 4));
END
$$;

-- The sum of a measure from day p_from to p_to.
CREATE OR REPLACE FUNCTION kf.figure_sum(p_tenant uuid, p_measure text, p_from date, p_to date) RETURNS bigint
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(sum(f.value), 0)::bigint FROM kf.daily_figure f
    WHERE f.tenant_id = p_tenant AND f.day BETWEEN p_from AND p_to AND f.measure = p_measure
$$;
