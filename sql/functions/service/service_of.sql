-- A service's row from its document; what the document does not name comes from s.
CREATE OR REPLACE FUNCTION kf.service_of(s kf.service, p jsonb) RETURNS kf.service
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    d jsonb;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['name', 'description', 'image_url', 'duration_min', 'price_cents',
        'currency', 'charge_type', 'deposit_percent', 'deposit_cents', 'buffer_before_min',
        'buffer_after_min', 'notice_min', 'horizon_days', 'step_min', 'max_per_day', 'active', 'position',
        'cancel_tiers', 'deposit_rule', 'no_show_rule', 'move_until_hours', 'move_most', 'place', 'map_url',
        'instructions']);
    d := to_jsonb(s) || p;
    s.name := kf.doc_text(d, 'name', 3, 100, true);
    s.description := kf.doc_text(d, 'description', 10, 2000, true);
    s.image_url := kf.doc_match(d, 'image_url', '^(https://|/[^/])', false);
    s.duration_min := kf.doc_int(d, 'duration_min', 15, 480, true);
    s.price_cents := kf.doc_int(d, 'price_cents', 0, 1000000000000, true);
    s.currency := coalesce(kf.doc_match(d, 'currency', '^[A-Z]{3}$', false),
                           (SELECT t.currency FROM kf.tenant t WHERE t.tenant_id = s.tenant_id));
    s.charge_type := coalesce(kf.doc_match(d, 'charge_type', '^(total|partial_percent|partial_fixed)$', false), 'total');
    s.deposit_percent := coalesce(kf.doc_int(d, 'deposit_percent', 1, 100, false), 25);
    s.deposit_cents := kf.doc_int(d, 'deposit_cents', 0, s.price_cents, s.charge_type = 'partial_fixed');
    s.buffer_before_min := coalesce(kf.doc_int(d, 'buffer_before_min', 0, 240, false), 0);
    s.buffer_after_min := coalesce(kf.doc_int(d, 'buffer_after_min', 0, 240, false), 0);
    s.notice_min := coalesce(kf.doc_int(d, 'notice_min', 0, 525600, false), 0);
    s.horizon_days := coalesce(kf.doc_int(d, 'horizon_days', 1, 730, false), 60);
    s.step_min := coalesce(kf.doc_int(d, 'step_min', 5, 480, false), 15);
    s.max_per_day := kf.doc_int(d, 'max_per_day', 1, 10000, false);
    s.active := kf.doc_bool(d, 'active', true);
    s.position := coalesce(kf.doc_int(d, 'position', 0, 1000000, false), 0);
    s.cancel_tiers := kf.doc_tiers(d, 'cancel_tiers');
    s.deposit_rule := coalesce(kf.doc_match(d, 'deposit_rule', '^(tiers|kept)$', false), 'tiers');
    s.no_show_rule := coalesce(kf.doc_match(d, 'no_show_rule', '^(keep|refund)$', false), 'keep');
    s.move_until_hours := coalesce(kf.doc_int(d, 'move_until_hours', 0, 720, false), 12);
    s.move_most := coalesce(kf.doc_int(d, 'move_most', 0, 20, false), 2);
    s.place := coalesce(kf.doc_text(d, 'place', 0, 300, false), '');
    s.map_url := kf.doc_match(d, 'map_url', '^https://[^[:space:][:cntrl:]]{4,}$', false);
    IF length(s.map_url) > 500 THEN
        PERFORM kf.refuse_field('An address of 500 characters at most is expected', 'map_url', 'not_an_address');
    END IF;
    s.instructions := coalesce(kf.doc_text(d, 'instructions', 0, 2000, false), '');
    RETURN s;
END
$$;
