-- The offer of a link: active services that an active professional offers and that can be paid (no charge, or the
-- tenant's account accepts the amount), and these professionals.
CREATE OR REPLACE FUNCTION kf.catalog_read(p_tenant uuid, p_link text)
RETURNS TABLE (catalog jsonb)
LANGUAGE plpgsql
AS $$
DECLARE
    l kf.booking_link;
    a kf.payment_account;
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    SELECT x.* INTO l FROM kf.booking_link x WHERE x.public_id = p_link AND x.tenant_id = p_tenant;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT x.* INTO a FROM kf.payment_account x WHERE x.tenant_id = p_tenant AND x.active;
    RETURN QUERY
    WITH pairs AS MATERIALIZED (
        SELECT ps.service_id, ps.professional_id
        FROM kf.professional_service ps
        JOIN kf.service s USING (tenant_id, service_id)
        JOIN kf.professional p USING (tenant_id, professional_id)
        CROSS JOIN LATERAL kf.service_charge(s.charge_type, s.price_cents, s.deposit_percent, s.deposit_cents) charge
        WHERE ps.tenant_id = p_tenant AND s.active AND p.active
          AND (charge = 0 OR kf.account_takes(a, charge, s.currency))
          AND (NOT l.locked OR l.service_id IS NULL OR s.service_id = l.service_id)
          AND (NOT l.locked OR l.professional_id IS NULL OR p.professional_id = l.professional_id)
    ), services AS (
        SELECT jsonb_agg(jsonb_build_object(
            'id', s.service_id, 'duration_minutes', s.duration_min,
            'price_cents', s.price_cents,
            'charge_cents', kf.service_charge(s.charge_type, s.price_cents, s.deposit_percent, s.deposit_cents),
            'currency', s.currency, 'buffer_before_min', s.buffer_before_min,
            'buffer_after_min', s.buffer_after_min, 'notice_min', s.notice_min,
            'horizon_days', s.horizon_days, 'step_min', s.step_min, 'max_per_day', s.max_per_day,
            'professionals', o.ids) || kf.shown('service', to_jsonb(s)) ORDER BY s.position, s.name, s.service_id) AS doc
        FROM kf.service s
        JOIN (SELECT pa.service_id, jsonb_agg(pa.professional_id ORDER BY p.position, p.name, p.professional_id) AS ids
              FROM pairs pa JOIN kf.professional p
                ON p.tenant_id = p_tenant AND p.professional_id = pa.professional_id
              GROUP BY pa.service_id) o ON o.service_id = s.service_id
        WHERE s.tenant_id = p_tenant
    ), professionals AS (
        SELECT jsonb_agg(jsonb_build_object('id', p.professional_id, 'name', p.name,
            'description', p.description, 'photo_url', p.photo_url, 'timezone', p.time_zone)
            ORDER BY p.position, p.name, p.professional_id) AS doc
        FROM kf.professional p
        WHERE p.tenant_id = p_tenant AND p.professional_id IN (SELECT pa.professional_id FROM pairs pa)
    )
    SELECT jsonb_build_object(
        'version', t.catalog_version,
        'link', jsonb_build_object('id', l.public_id, 'name', l.name, 'service', l.service_id,
            'professional', l.professional_id, 'locked', l.locked, 'language', l.language,
            'expires_at', kf.iso(l.expires_at), 'active', l.active,
            'exhausted', coalesce(l.uses >= l.max_uses, false)),
        'services', coalesce((SELECT doc FROM services), '[]'),
        'professionals', coalesce((SELECT doc FROM professionals), '[]'))
    FROM kf.tenant t WHERE t.tenant_id = p_tenant;
END
$$;
