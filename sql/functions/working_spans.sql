-- The working windows of the days [p_first, p_last] in wall time.
CREATE OR REPLACE FUNCTION kf.working_spans(p_tenant uuid, p_professional uuid, p_first date, p_last date)
RETURNS SETOF tsrange
LANGUAGE plpgsql STABLE ROWS 30
AS $$
BEGIN
    RETURN QUERY
    WITH days AS MATERIALIZED (
        SELECT p_first + i AS day, extract(isodow FROM p_first + i)::int AS weekday,
               EXISTS (SELECT FROM kf.date_override o WHERE o.tenant_id = p_tenant
                       AND o.professional_id = p_professional AND o.day = p_first + i) AS overridden
        FROM generate_series(0, p_last - p_first) AS i
        WHERE NOT EXISTS (SELECT FROM kf.closed_day c WHERE c.tenant_id = p_tenant AND c.day = p_first + i)
    ), spans AS (
        SELECT d.day, h.kind, tsrange(d.day + h.starts, d.day + h.ends) AS span
        FROM days d JOIN kf.working_hours h ON h.tenant_id = p_tenant
             AND h.professional_id = p_professional AND h.weekday = d.weekday
        WHERE NOT d.overridden
        UNION ALL
        SELECT d.day, 'work', tsrange(d.day + o.starts, d.day + o.ends)
        FROM days d JOIN kf.date_override o ON o.tenant_id = p_tenant
             AND o.professional_id = p_professional AND o.day = d.day
        WHERE d.overridden AND o.starts IS NOT NULL
    ), free AS (
        SELECT s.day, range_agg(s.span) FILTER (WHERE s.kind = 'work')
               - coalesce(range_agg(s.span) FILTER (WHERE s.kind = 'break'), '{}') AS spans
        FROM spans s GROUP BY s.day
    )
    SELECT unnest(f.spans) FROM free f ORDER BY f.day;
END
$$;
