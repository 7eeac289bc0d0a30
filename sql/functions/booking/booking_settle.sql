-- Settles a booking: its claim (locked, live) becomes booked, and the merchant gets a message. Without a callback
-- address no acknowledgement is awaited, and the booking is confirmed at once.
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

-- The same for a new booking without a charge. It is settled when written; its history begins with its first state.
-- p_calendar: its professional has connected a calendar.
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
