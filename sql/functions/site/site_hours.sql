-- The opening hours of a business in its own zone, when any professional of that zone works: [{weekday, starts, ends}]
-- in minutes from midnight, with overlaps merged.
CREATE OR REPLACE FUNCTION kf.site_hours(p_tenant uuid, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        WITH days AS (
            SELECT h.weekday, range_agg(int4range((extract(epoch FROM h.starts) / 60)::int,
                                                  (extract(epoch FROM h.ends) / 60)::int)) AS open
            FROM kf.working_hours h JOIN kf.professional p USING (tenant_id, professional_id)
            WHERE h.tenant_id = p_tenant AND h.kind = 'work' AND p.active AND p.time_zone = p_zone
            GROUP BY h.weekday
        )
        SELECT coalesce(jsonb_agg(jsonb_build_object('weekday', d.weekday,
                   'starts', lower(r.span), 'ends', upper(r.span)) ORDER BY d.weekday, r.span), '[]')
        FROM days d, LATERAL unnest(d.open) AS r (span));
END
$$;
