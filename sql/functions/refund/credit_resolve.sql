-- Resolves a payment in quarantine: it is refunded, or the merchant keeps it and has settled the matter. {action:
-- refund, keep; note}. Locks the booking, then the payment.
CREATE OR REPLACE FUNCTION kf.credit_resolve(p_tenant uuid, p_id uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_action text := kf.doc_word(p, 'action', '', ARRAY['refund', 'keep']);
    v_note text := coalesce(kf.doc_text(p, 'note', 0, 1000, false), '');
    x kf.payment;
    b kf.booking;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['action', 'note']);
    SELECT y.* INTO b FROM kf.booking y
    WHERE y.tenant_id = p_tenant AND y.booking_id = (
        SELECT z.booking_id FROM kf.payment z WHERE z.tenant_id = p_tenant AND z.payment_id = p_id) FOR UPDATE;
    SELECT y.* INTO x FROM kf.payment y
    WHERE y.tenant_id = p_tenant AND y.payment_id = p_id AND y.quarantine_reason IS NOT NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF x.state <> 'credit' OR x.resolved_at IS NOT NULL THEN
        PERFORM kf.refuse('KF409', 'Somebody has already settled this payment');
    END IF;
    UPDATE kf.payment y SET resolved_at = kf.now(), note = v_note
    WHERE y.tenant_id = p_tenant AND y.payment_id = p_id;
    IF v_action = 'refund' THEN
        PERFORM kf.payment_give_back(x, b, 'quarantine');
    END IF;
    PERFORM kf.audit_put(p_tenant, 'payment_resolved', 'payment', p_id::text, x.reference, NULL,
                         jsonb_build_object('action', v_action, 'note', v_note, 'amount_cents', x.amount_cents));
    RETURN (SELECT kf.credit_doc(y, kf.tenant_zone(p_tenant)) FROM kf.payment y
            WHERE y.tenant_id = p_tenant AND y.payment_id = p_id);
END
$$;
