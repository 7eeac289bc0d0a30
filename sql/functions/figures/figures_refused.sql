-- Refused holds on the days p_from to p_to, by the limit: {address, network, share}. Includes counts (kf.funnel_add)
-- that are not added up by day yet. A day without refusals has no row.
CREATE OR REPLACE FUNCTION kf.figures_refused(p_tenant uuid, p_zone text, p_from date, p_to date)
RETURNS TABLE (day date, refused jsonb)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    c_steps CONSTANT text[] := '{refused_address,refused_network,refused_share}';
BEGIN
    RETURN QUERY
    SELECT x.day, jsonb_build_object('address', coalesce(sum(x.n) FILTER (WHERE x.step = 'refused_address'), 0),
                                     'network', coalesce(sum(x.n) FILTER (WHERE x.step = 'refused_network'), 0),
                                     'share', coalesce(sum(x.n) FILTER (WHERE x.step = 'refused_share'), 0))
    FROM (SELECT f.day, f.measure AS step, f.value AS n FROM kf.daily_figure f
          WHERE f.tenant_id = p_tenant AND f.day BETWEEN p_from AND p_to
            AND f.measure = ANY (c_steps)
          UNION ALL
          SELECT (e.at AT TIME ZONE p_zone)::date, e.step, e.n FROM kf.funnel_event e
          WHERE e.tenant_id = p_tenant AND e.at >= kf.zone_day_start(p_zone, p_from)
            AND e.at < kf.zone_day_start(p_zone, p_to + 1)
            AND e.step = ANY (c_steps)) x
    GROUP BY x.day;
END
$$;
