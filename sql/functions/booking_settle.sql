-- The time is the customer's: the claim (locked, live) becomes booked and the merchant is told.
-- Without a callback address there is no answer to wait for: confirmed at once.
CREATE OR REPLACE FUNCTION kf.booking_settle(b kf.booking, p_actor text, p_reason text, p_payment uuid)
RETURNS kf.booking
LANGUAGE plpgsql
AS $$
DECLARE
    v_to text;
BEGIN
    UPDATE kf.claim c SET state = 'booked', expires_at = NULL
    WHERE c.tenant_id = b.tenant_id AND c.claim_id = b.claim_id;
    SELECT CASE WHEN t.callback_url IS NULL THEN 'confirmed' ELSE 'paid' END INTO v_to
    FROM kf.tenant t WHERE t.tenant_id = b.tenant_id;
    b := kf.booking_move(b, v_to, p_actor, p_reason);
    PERFORM kf.outbox_put(b, 'booking.paid', p_payment);
    RETURN b;
END
$$;
