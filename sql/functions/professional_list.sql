-- Every professional of a tenant with services and hours.
CREATE OR REPLACE FUNCTION kf.professional_list(p_tenant uuid)
RETURNS TABLE (professional_id uuid, doc jsonb)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    RETURN QUERY
    SELECT f.professional_id, to_jsonb(f) - 'tenant_id' || jsonb_build_object(
        'services', (SELECT coalesce(jsonb_agg(s.service_id), '[]') FROM kf.professional_service s
                     WHERE s.tenant_id = p_tenant AND s.professional_id = f.professional_id),
        'hours', (SELECT coalesce(jsonb_agg(jsonb_build_object('weekday', h.weekday, 'kind', h.kind,
                         'starts', to_char(h.starts, 'HH24:MI'), 'ends', left(h.ends::text, 5))
                         ORDER BY h.weekday, h.starts), '[]')
                  FROM kf.working_hours h
                  WHERE h.tenant_id = p_tenant AND h.professional_id = f.professional_id),
        'overrides', (SELECT coalesce(jsonb_agg(CASE WHEN o.starts IS NULL
                         THEN jsonb_build_object('day', o.day, 'closed', true)
                         ELSE jsonb_build_object('day', o.day, 'starts', left(o.starts::text, 5),
                                                 'ends', left(o.ends::text, 5)) END
                         ORDER BY o.day, o.n), '[]')
                      FROM kf.date_override o
                      WHERE o.tenant_id = p_tenant AND o.professional_id = f.professional_id))
    FROM kf.professional f WHERE f.tenant_id = p_tenant ORDER BY f.position, f.name, f.professional_id;
END
$$;
