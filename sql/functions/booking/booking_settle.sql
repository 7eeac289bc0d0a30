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
    FROM kf.tenant t
    WHERE c.tenant_id = b.tenant_id AND c.claim_id = b.claim_id AND t.tenant_id = b.tenant_id
    RETURNING CASE WHEN t.callback_url IS NULL THEN 'confirmed' ELSE 'paid' END INTO v_to;
    b := kf.booking_move(b, v_to, p_actor, p_reason);
    PERFORM kf.outbox_put(b, 'booking.paid', p_payment);
    RETURN b;
END
$$;

-- The same for a new booking that charges nothing: settled as it is written, its first state is in its history.
-- p_calendar: its professional has connected one.
CREATE OR REPLACE FUNCTION kf.booking_put_free(b kf.booking, p_actor text, p_calendar boolean) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE kf.claim c SET state = 'booked', expires_at = NULL, return_url = NULL
    FROM kf.tenant t
    WHERE c.tenant_id = b.tenant_id AND c.claim_id = b.claim_id AND t.tenant_id = b.tenant_id
    RETURNING CASE WHEN t.callback_url IS NULL THEN 'confirmed' ELSE 'paid' END INTO b.status;
    b.version := 2;
    PERFORM kf.booking_put(b, p_actor, '');
    PERFORM kf.outbox_put(b, 'booking.paid', NULL);
    IF p_calendar THEN
        PERFORM kf.calendar_plan(b);
    END IF;
END
$$;
