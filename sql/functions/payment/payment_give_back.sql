-- Begins a refund of approved money, in full or of p_cents (the rest stays applied), and notifies the merchant.
CREATE OR REPLACE FUNCTION kf.payment_give_back(p kf.payment, b kf.booking, p_reason text,
                                                p_cents bigint DEFAULT NULL) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_part boolean := p.state = 'applied' AND p_cents < p.approved_cents;
BEGIN
    UPDATE kf.payment x SET updated_at = kf.now(),
           state = CASE WHEN v_part THEN x.state ELSE 'refund_due' END,
           returning_cents = CASE WHEN v_part THEN p_cents ELSE 0 END,
           approved_cents = CASE WHEN x.state = 'seen' THEN x.amount_cents ELSE x.approved_cents END
    WHERE x.tenant_id = p.tenant_id AND x.payment_id = p.payment_id;
    INSERT INTO kf.refund (tenant_id, refund_id, payment_id, amount_cents, currency, reason, due_at,
                           next_attempt_at, created_at)
    VALUES (p.tenant_id, gen_random_uuid(), p.payment_id, CASE WHEN v_part THEN p_cents ELSE p.amount_cents END, p.currency, p_reason,
            kf.now(), kf.now(), kf.now());
    PERFORM kf.booking_notice(b, 'payment.refund_due', p.payment_id);
END
$$;
