-- The merchant moves a booking: {start, professional, outside_hours, tell: whether the customer is notified (default:
-- yes)}. Policy, notice and horizon do not apply. p_after, refusals: as in kf.booking_shift.
CREATE OR REPLACE FUNCTION kf.booking_move_by(p_tenant uuid, p_id uuid, p_version int, p jsonb,
                                              p_after timestamptz DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_start timestamptz := kf.doc_instant(p, 'start', true);
    v_who uuid := kf.doc_uuid(p, 'professional', false);
    v_outside boolean := kf.doc_bool(p, 'outside_hours', false);
    v_tell boolean := kf.doc_bool(p, 'tell', true);
    b kf.booking := kf.booking_lock(p_tenant, p_id, p_version);
    n kf.booking;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['start', 'professional', 'outside_hours', 'tell']);
    IF b.booking_id IS NULL THEN
        RETURN NULL;
    END IF;
    n := kf.booking_shift(b, v_start, v_who, 'merchant', v_outside, jsonb_build_object('tell', v_tell), p_after);
    PERFORM kf.audit_put(p_tenant, 'booking_moved', 'booking', p_id::text, b.customer_name,
        jsonb_build_object('start', kf.iso_local(b.slot_start, v_zone), 'professional', b.terms->'professional_name'),
        jsonb_build_object('start', kf.iso_local(n.slot_start, v_zone), 'professional', n.terms->'professional_name'));
    RETURN kf.booking_doc(p_tenant, p_id);
END
$$;
