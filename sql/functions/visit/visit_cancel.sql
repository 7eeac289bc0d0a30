-- The customer cancels by their link. The refund is what the policy gives at this moment; if it differs from what was
-- shown, nothing happens. All act links of the booking are used up. p_view_hash: of a new link to view it. Refusals:
-- KF416, KF421 expected_cents.
CREATE OR REPLACE FUNCTION kf.visit_cancel(p_tenant uuid, p_token_hash bytea, p_expected_cents bigint, p_reason text,
                                           p_view_hash bytea) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_reason text := kf.doc_text(jsonb_build_object('reason', p_reason), 'reason', 0, 500, false);
    b kf.booking := kf.visit_lock(p_tenant, p_token_hash, '{cancel}');
BEGIN
    IF (kf.refund_terms(b, kf.now())->>'refund_cents')::bigint IS DISTINCT FROM p_expected_cents THEN
        PERFORM kf.refuse('KF421', 'The amount to refund has changed', 'expected_cents');
    END IF;
    PERFORM kf.booking_cancel(p_tenant, b.booking_id, 'customer', v_reason, 'policy');
    PERFORM kf.visit_used(p_tenant, b.booking_id, '{move,cancel}');
    PERFORM kf.visit_mint(p_tenant, b.booking_id, 'view', p_view_hash, NULL);
    RETURN kf.visit_doc(p_tenant, p_view_hash, 'view');
END
$$;
