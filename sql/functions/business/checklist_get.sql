-- The steps left before the first customer can book and pay.
CREATE OR REPLACE FUNCTION kf.checklist_get(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_steps jsonb;
BEGIN
    SELECT jsonb_agg(jsonb_build_object('key', x.key, 'done', x.done) ORDER BY x.n) INTO v_steps
    FROM kf.tenant t, LATERAL (VALUES
        (1, 'branding', t.logo_url IS NOT NULL OR t.primary_color IS NOT NULL),
        (2, 'service', EXISTS (SELECT FROM kf.service s WHERE s.tenant_id = p_tenant AND s.active)),
        (3, 'professional', EXISTS (
            SELECT FROM kf.professional f
            WHERE f.tenant_id = p_tenant AND f.active
              AND EXISTS (SELECT FROM kf.professional_service ps JOIN kf.service s USING (tenant_id, service_id)
                          WHERE ps.tenant_id = p_tenant AND ps.professional_id = f.professional_id AND s.active)
              AND (EXISTS (SELECT FROM kf.working_hours h
                           WHERE h.tenant_id = p_tenant AND h.professional_id = f.professional_id)
                   OR EXISTS (SELECT FROM kf.date_override o
                              WHERE o.tenant_id = p_tenant AND o.professional_id = f.professional_id
                                AND o.starts IS NOT NULL)))),
        (4, 'payments', EXISTS (SELECT FROM kf.payment_account a WHERE a.tenant_id = p_tenant AND a.active)),
        (5, 'link', EXISTS (SELECT FROM kf.booking_link l WHERE l.tenant_id = p_tenant AND l.active))) x(n, key, done)
    WHERE t.tenant_id = p_tenant;
    RETURN jsonb_build_object(
        'steps', coalesce(v_steps, '[]'),
        'done', coalesce((SELECT bool_and((e->>'done')::boolean) FROM jsonb_array_elements(v_steps) e), false),
        'first_paid_booking', (   -- ordered, so that the index is used
            SELECT x.created_at FROM kf.payment x
            WHERE x.tenant_id = p_tenant AND x.approved_cents > 0 AND x.booking_id IS NOT NULL
            ORDER BY x.created_at LIMIT 1) IS NOT NULL);
END
$$;
