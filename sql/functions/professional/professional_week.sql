-- The hours and services of a professional: {services, hours, overrides}.
CREATE OR REPLACE FUNCTION kf.professional_week(p_tenant uuid, p_professional uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN jsonb_build_object(
        'services', (SELECT coalesce(jsonb_agg(s.service_id ORDER BY s.position, s.name, s.service_id), '[]')
                     FROM kf.professional_service x JOIN kf.service s USING (tenant_id, service_id)
                     WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND s.archived_at IS NULL),
        'hours', (SELECT coalesce(jsonb_agg(jsonb_build_object('weekday', h.weekday, 'kind', h.kind,
                         'starts', to_char(h.starts, 'HH24:MI'), 'ends', left(h.ends::text, 5))
                         ORDER BY h.weekday, h.starts), '[]')
                  FROM kf.working_hours h
                  WHERE h.tenant_id = p_tenant AND h.professional_id = p_professional),
        'overrides', (SELECT coalesce(jsonb_agg(CASE WHEN o.starts IS NULL
                         THEN jsonb_build_object('day', o.day, 'closed', true)
                         ELSE jsonb_build_object('day', o.day, 'starts', left(o.starts::text, 5),
                                                 'ends', left(o.ends::text, 5)) END
                         ORDER BY o.day, o.n), '[]')
                      FROM kf.date_override o
                      WHERE o.tenant_id = p_tenant AND o.professional_id = p_professional));
END
$$;
