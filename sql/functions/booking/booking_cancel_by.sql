-- The merchant cancels a booking: {reason, refund: all (default), policy or none: how much of the payment goes back,
-- expected_cents: the refund that was shown, tell: whether the customer is notified (default: yes)}.
-- Refusal: KF421 expected_cents (the refund would be different now).
CREATE OR REPLACE FUNCTION kf.booking_cancel_by(p_tenant uuid, p_id uuid, p_version int, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_reason text := kf.doc_text(p, 'reason', 0, 500, false);
    v_refund text := kf.doc_word(p, 'refund', 'all', ARRAY['all', 'policy', 'none']);
    v_expected bigint := kf.doc_int(p, 'expected_cents', 0, 1000000000000, false);
    v_tell boolean := kf.doc_bool(p, 'tell', true);
    v_terms jsonb;
    b kf.booking := kf.booking_lock(p_tenant, p_id, p_version);
BEGIN
    PERFORM kf.doc_members(p, ARRAY['reason', 'refund', 'expected_cents', 'tell']);
    IF b.booking_id IS NULL THEN
        RETURN NULL;
    END IF;
    v_terms := kf.refund_terms(b, kf.now());
    IF v_expected <> (CASE v_refund WHEN 'all' THEN (v_terms->>'paid_cents')::bigint WHEN 'none' THEN 0
                                    ELSE (v_terms->>'refund_cents')::bigint END) THEN
        PERFORM kf.refuse('KF421', 'The amount to refund has changed', 'expected_cents');
    END IF;
    PERFORM kf.booking_cancel(p_tenant, p_id, 'merchant', v_reason, v_refund, jsonb_build_object('tell', v_tell));
    PERFORM kf.audit_put(p_tenant, 'booking_cancelled', 'booking', p_id::text, b.customer_name,
                         jsonb_build_object('status', b.status),
                         jsonb_build_object('status', 'cancelled', 'reason', coalesce(v_reason, ''), 'refund', v_refund));
    RETURN kf.booking_doc(p_tenant, p_id);
END
$$;
