-- Approved money in quarantine: the expected payment, the reason, and the possible acts.
CREATE OR REPLACE FUNCTION kf.credit_doc(x kf.payment, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    a kf.payment_attempt;
BEGIN
    SELECT y.* INTO a FROM kf.payment_attempt y WHERE y.tenant_id = x.tenant_id AND y.attempt_id = x.attempt_id;
    RETURN jsonb_build_object(
        'id', x.payment_id, 'provider', x.provider, 'tx_id', x.provider_tx_id, 'reference', x.reference,
        'method', x.method, 'status', x.status, 'amount_cents', x.amount_cents, 'currency', x.currency,
        'expected_cents', a.amount_cents, 'expected_currency', a.currency, 'reason', x.quarantine_reason,
        'created_at', kf.iso_local(x.created_at, p_zone), 'resolved_at', kf.iso_local(x.resolved_at, p_zone),
        'note', x.note, 'payment_state', x.state,
        'choices', CASE WHEN x.state = 'credit' AND x.resolved_at IS NULL THEN '["refund", "keep"]' ELSE '[]' END::jsonb,
        'booking', kf.booking_brief(x.tenant_id, x.booking_id, p_zone));
END
$$;
