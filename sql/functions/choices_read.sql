-- Services and professionals for the choices of a filter, archived ones included: ids and names, 200 of each.
CREATE OR REPLACE FUNCTION kf.choices_read(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    RETURN jsonb_build_object(
        'services', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', q.service_id, 'name', q.name) ORDER BY q.n), '[]')
                     FROM (SELECT s.service_id, s.name, row_number() OVER (ORDER BY s.position, s.name, s.service_id) AS n
                           FROM kf.service s WHERE s.tenant_id = p_tenant ORDER BY 3 LIMIT 200) q),
        'professionals', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', q.professional_id, 'name', q.name) ORDER BY q.n), '[]')
                          FROM (SELECT f.professional_id, f.name,
                                       row_number() OVER (ORDER BY f.position, f.name, f.professional_id) AS n
                                FROM kf.professional f WHERE f.tenant_id = p_tenant ORDER BY 3 LIMIT 200) q));
END
$$;
