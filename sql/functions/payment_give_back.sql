-- Approved money that must go back: a refund task, and the merchant is told.
CREATE OR REPLACE FUNCTION kf.payment_give_back(p kf.payment, b kf.booking, p_reason text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE kf.payment x SET state = 'refund_due', updated_at = kf.now(),
           approved_cents = CASE WHEN x.state = 'seen' THEN x.amount_cents ELSE x.approved_cents END
    WHERE x.tenant_id = p.tenant_id AND x.payment_id = p.payment_id;
    INSERT INTO kf.refund (tenant_id, refund_id, payment_id, amount_cents, currency, reason, due_at,
                           next_attempt_at, created_at)
    VALUES (p.tenant_id, gen_random_uuid(), p.payment_id, p.amount_cents, p.currency, p_reason,
            kf.now(), kf.now(), kf.now());
    PERFORM kf.booking_notice(b, 'payment.refund_due', p.payment_id);
END
$$;
