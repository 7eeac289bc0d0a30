-- The merchant cancels a booking; what paid it goes back. {reason}.
CREATE OR REPLACE FUNCTION kf.booking_cancel_by(p_tenant uuid, p_id uuid, p_version int, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_reason text := kf.doc_text(p, 'reason', 0, 500, false);
    b kf.booking := kf.booking_lock(p_tenant, p_id, p_version);
BEGIN
    PERFORM kf.doc_members(p, ARRAY['reason']);
    IF b.booking_id IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM kf.booking_cancel(p_tenant, p_id, 'merchant', v_reason);
    PERFORM kf.audit_put(p_tenant, 'booking_cancelled', 'booking', p_id::text, b.customer_name,
                         jsonb_build_object('status', b.status),
                         jsonb_build_object('status', 'cancelled', 'reason', coalesce(v_reason, '')));
    RETURN kf.booking_doc(p_tenant, p_id);
END
$$;
