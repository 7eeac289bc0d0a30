-- Assigns approved money: to its booking (also late, if the time is still free), to a refund, or to quarantine for a
-- person if it fits nothing.
CREATE OR REPLACE FUNCTION kf.payment_approve(p kf.payment, a kf.payment_attempt, b kf.booking, p_mode text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    v_odd text := CASE WHEN a.attempt_id IS NULL THEN 'reference'
                       WHEN p_mode <> a.mode THEN 'account'
                       WHEN p.currency <> a.currency THEN 'currency'
                       WHEN p.amount_cents <> a.amount_cents THEN 'amount' END;
    v_lapsed boolean := b.status IN ('expired', 'failed');
BEGIN
    IF v_odd IS NOT NULL THEN
        UPDATE kf.payment x SET state = 'credit', approved_cents = x.amount_cents, quarantine_reason = v_odd
        WHERE x.tenant_id = p.tenant_id AND x.payment_id = p.payment_id;
        RETURN 'quarantined';
    END IF;
    -- Not closed yet: the poller checks once more for another payment under this reference.
    UPDATE kf.payment_attempt x SET tx_hint = NULL, next_poll_at = kf.now() + interval '60 seconds'
    WHERE x.tenant_id = a.tenant_id AND x.attempt_id = a.attempt_id AND x.state = 'open';
    IF v_lapsed OR b.status = 'pending' THEN
        b := kf.booking_reclaim(b);
        IF b.claim_id IS NOT NULL THEN
            UPDATE kf.payment x SET state = 'applied', approved_cents = x.amount_cents
            WHERE x.tenant_id = p.tenant_id AND x.payment_id = p.payment_id;
            PERFORM kf.booking_settle(b, 'payment',
                CASE WHEN b.hold_expires_at > kf.now() THEN 'approved' ELSE 'approved late' END, p.payment_id);
            IF v_lapsed AND b.link_id IS NOT NULL THEN
                PERFORM kf.link_uses_add(ARRAY[b.tenant_id], ARRAY[b.link_id], 1);
            END IF;
            RETURN 'applied';
        END IF;
        SELECT x.* INTO b FROM kf.booking x WHERE x.tenant_id = p.tenant_id AND x.booking_id = a.booking_id;
        PERFORM kf.payment_give_back(p, b, 'slot_taken');
    ELSE
        PERFORM kf.payment_give_back(p, b, CASE b.status WHEN 'cancelled' THEN 'cancelled' ELSE 'second' END);
    END IF;
    RETURN 'refund_due';
END
$$;
