-- A refund and the possible acts. given_twice: the provider voided the payment after the merchant had given the money
-- back by hand.
CREATE OR REPLACE FUNCTION kf.refund_doc(r kf.refund, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'id', r.refund_id, 'state', r.state, 'reason', r.reason, 'owner', r.owner,
            'due_at', kf.iso_local(r.due_at, p_zone), 'attempts', r.attempts, 'amount_cents', r.amount_cents,
            'currency', r.currency, 'provider_ref', r.provider_ref, 'last_error', r.last_error, 'note', r.note,
            'created_at', kf.iso_local(r.created_at, p_zone), 'done_at', kf.iso_local(r.done_at, p_zone),
            'todo', CASE WHEN r.state = 'manual' THEN 'refund_by_hand' WHEN r.state <> 'done' THEN 'wait'
                         WHEN r.owner = 'merchant' AND x.status = 'VOIDED' THEN 'given_twice' ELSE 'none' END,
            'payment', jsonb_build_object('id', x.payment_id, 'provider', x.provider, 'tx_id', x.provider_tx_id,
                                          'reference', x.reference, 'method', x.method),
            'booking', kf.booking_brief(x.tenant_id, x.booking_id, p_zone))
        FROM kf.payment x WHERE x.tenant_id = r.tenant_id AND x.payment_id = r.payment_id);
END
$$;
