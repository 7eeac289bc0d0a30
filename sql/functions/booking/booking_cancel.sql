-- Cancels a booking. p_refund says how much of the payment goes back: all, what the policy gives at this moment, or
-- none. The rest stays paid. p_facts: as in kf.booking_move.
CREATE OR REPLACE FUNCTION kf.booking_cancel(p_tenant uuid, p_booking uuid, p_actor text, p_reason text,
                                             p_refund text DEFAULT 'all', p_facts jsonb DEFAULT '{}')
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_back bigint;
    b kf.booking;
    p kf.payment;
BEGIN
    SELECT x.* INTO b FROM kf.booking x
    WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such booking');
    END IF;
    SELECT x.* INTO p FROM kf.payment x
    WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking AND x.state = 'applied' FOR UPDATE;
    v_back := CASE p_refund WHEN 'all' THEN p.approved_cents WHEN 'none' THEN 0
                            ELSE (kf.refund_terms(b, kf.now())->>'refund_cents')::bigint END;
    v_back := coalesce(CASE WHEN p.payment_id IS NOT NULL THEN v_back END, 0);
    b := kf.booking_move(b, 'cancelled', p_actor, p_reason, jsonb_build_object(
        'by', p_actor, 'reason', coalesce(p_reason, ''), 'paid_cents', coalesce(p.approved_cents, 0),
        'refund_cents', v_back, 'refund_state', CASE WHEN v_back > 0 THEN 'due' END) || p_facts);
    UPDATE kf.claim c SET state = 'ended' WHERE c.tenant_id = p_tenant AND c.claim_id = b.claim_id;
    PERFORM kf.outbox_put(b, 'booking.cancelled', p.payment_id,
        jsonb_build_object('cancelled', jsonb_build_object('by', p_actor, 'reason', coalesce(p_reason, '')))
        || CASE WHEN v_back > 0 THEN jsonb_build_object('refund', jsonb_build_object('amount_cents', v_back,
               'currency', p.currency, 'state', 'due', 'reason', 'cancelled')) ELSE '{}' END);
    IF v_back > 0 THEN
        PERFORM kf.payment_give_back(p, b, 'cancelled', v_back);
    END IF;
END
$$;
