-- The state of a booking's payment as one word: none, open, pending, declined, approved, refund_due, refunded. Money in
-- quarantine is shown as pending.
CREATE OR REPLACE FUNCTION kf.payment_word(b kf.booking) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    v_states text[];
    v_back text; -- for a payment with a partial refund
    v_status text;
    v_at timestamptz;
BEGIN
    IF b.charge_cents = 0 THEN
        RETURN 'none';
    END IF;
    SELECT array_agg(p.state),
           max(CASE WHEN p.returning_cents > 0 THEN 'refund_due' WHEN p.returned_cents > 0 THEN 'refunded' END),
           (array_agg(p.status ORDER BY p.created_at DESC))[1], max(p.created_at)
    INTO v_states, v_back, v_status, v_at
    FROM kf.payment p WHERE p.tenant_id = b.tenant_id AND p.booking_id = b.booking_id;
    RETURN CASE
        WHEN v_back IS NOT NULL THEN v_back
        WHEN 'applied' = ANY (v_states) THEN 'approved'
        WHEN 'refund_due' = ANY (v_states) THEN 'refund_due'
        WHEN 'refunded' = ANY (v_states) THEN 'refunded'
        WHEN 'credit' = ANY (v_states) OR v_status = 'PENDING' THEN 'pending'
        WHEN v_status IS NULL OR EXISTS (
            SELECT FROM kf.payment_attempt a
            WHERE a.tenant_id = b.tenant_id AND a.booking_id = b.booking_id AND a.state = 'open'
              AND a.created_at > v_at) THEN 'open'
        ELSE 'declined' END;
END
$$;
