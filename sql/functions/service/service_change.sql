-- Changes what the document names. An archived service is restored before it is changed.
CREATE OR REPLACE FUNCTION kf.service_change(p_tenant uuid, p_id uuid, p_version int, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.service := kf.service_lock(p_tenant, p_id, p_version);
    v_old jsonb;
    v_new jsonb;
BEGIN
    IF s.service_id IS NULL THEN
        RETURN NULL;
    ELSIF s.archived_at IS NOT NULL THEN
        PERFORM kf.refuse('KF409', 'This service is archived: restore it first');
    END IF;
    s := kf.service_of(s, kf.doc_without(p, ARRAY['professionals']));
    v_old := kf.service_get(p_tenant, p_id);
    UPDATE kf.service x
    SET (name, description, image_url, duration_min, price_cents, currency, charge_type, deposit_percent,
         deposit_cents, buffer_before_min, buffer_after_min, notice_min, horizon_days, step_min, max_per_day,
         active, position, cancel_tiers, deposit_rule, no_show_rule, move_until_hours, move_most, place,
         map_url, instructions, version) =
        (s.name, s.description, s.image_url, s.duration_min, s.price_cents, s.currency, s.charge_type,
         s.deposit_percent, s.deposit_cents, s.buffer_before_min, s.buffer_after_min, s.notice_min,
         s.horizon_days, s.step_min, s.max_per_day, s.active, s.position, s.cancel_tiers,
         s.deposit_rule, s.no_show_rule, s.move_until_hours, s.move_most, s.place, s.map_url,
         s.instructions, s.version + 1)
    WHERE x.tenant_id = p_tenant AND x.service_id = p_id;
    IF p ? 'professionals' THEN
        PERFORM kf.offer_set(p_tenant, NULL, p_id, p, 'professionals');
    END IF;
    v_new := kf.service_get(p_tenant, p_id);
    PERFORM kf.audit_parts(p_tenant, 'service', p_id, s.name, v_old, v_new, ARRAY['professionals']);
    RETURN v_new;
END
$$;
