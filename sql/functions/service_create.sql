-- A new service from its document.
CREATE OR REPLACE FUNCTION kf.service_create(p_tenant uuid, p_service uuid, p jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.service;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['name', 'description', 'image_url', 'duration_min', 'price_cents',
        'currency', 'charge_type', 'deposit_percent', 'deposit_cents', 'buffer_before_min',
        'buffer_after_min', 'notice_min', 'horizon_days', 'step_min', 'max_per_day', 'active', 'position']);
    s.tenant_id := p_tenant;
    s.service_id := p_service;
    s.name := kf.doc_text(p, 'name', 3, 100, true);
    s.description := kf.doc_text(p, 'description', 10, 2000, true);
    s.image_url := kf.doc_match(p, 'image_url', '^(https://|/[^/])', false);
    s.duration_min := kf.doc_int(p, 'duration_min', 15, 480, true);
    s.price_cents := kf.doc_int(p, 'price_cents', 0, 1000000000000, true);
    s.currency := coalesce(kf.doc_match(p, 'currency', '^[A-Z]{3}$', false),
                           (SELECT t.currency FROM kf.tenant t WHERE t.tenant_id = p_tenant));
    s.charge_type := coalesce(kf.doc_match(p, 'charge_type', '^(total|partial_percent|partial_fixed)$', false), 'total');
    s.deposit_percent := coalesce(kf.doc_int(p, 'deposit_percent', 1, 100, false), 25);
    s.deposit_cents := kf.doc_int(p, 'deposit_cents', 0, s.price_cents, s.charge_type = 'partial_fixed');
    s.buffer_before_min := coalesce(kf.doc_int(p, 'buffer_before_min', 0, 240, false), 0);
    s.buffer_after_min := coalesce(kf.doc_int(p, 'buffer_after_min', 0, 240, false), 0);
    s.notice_min := coalesce(kf.doc_int(p, 'notice_min', 0, 525600, false), 0);
    s.horizon_days := coalesce(kf.doc_int(p, 'horizon_days', 1, 730, false), 60);
    s.step_min := coalesce(kf.doc_int(p, 'step_min', 5, 480, false), 15);
    s.max_per_day := kf.doc_int(p, 'max_per_day', 1, 10000, false);
    s.active := kf.doc_bool(p, 'active', true);
    s.position := coalesce(kf.doc_int(p, 'position', 0, 1000000, false), 0);
    s.version := 1;
    s.created_at := kf.now();
    INSERT INTO kf.service SELECT s.*;
END
$$;
