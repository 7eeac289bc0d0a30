-- Changes the status of a booking (locked by the caller), with one row of history. Its calendar event and its
-- notifications follow (an acknowledged booking keeps its event), and messages to the merchant's systems that no other
-- message covers (kf.outbox_put handles a booking that is confirmed at once). p_facts: {tell: false}: no mails; {by}:
-- the actor.
CREATE OR REPLACE FUNCTION kf.booking_move(b kf.booking, p_to text, p_actor text, p_reason text,
                                           p_facts jsonb DEFAULT '{}')
RETURNS kf.booking
LANGUAGE plpgsql
AS $$
DECLARE
    v_from text := b.status;
BEGIN
    IF v_from = p_to THEN
        PERFORM kf.refuse_with('KF409', 'The booking is already {1}', '', p_to);
    END IF;
    UPDATE kf.booking x SET status = p_to, version = x.version + 1, updated_at = kf.now(),
           sequence = x.sequence + (p_to = 'cancelled')::int
    WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id
    RETURNING x.* INTO b;
    INSERT INTO kf.booking_history (tenant_id, booking_id, version, from_status, to_status, actor, actor_name, reason, at)
    VALUES (b.tenant_id, b.booking_id, b.version, v_from, p_to, p_actor, kf.actor_name(), coalesce(p_reason, ''),
            b.updated_at);
    IF (v_from, p_to) <> ('paid', 'confirmed') THEN
        PERFORM kf.calendar_plan(b);
    END IF;
    PERFORM kf.booking_plan(b, v_from, p_facts);
    IF p_to IN ('completed', 'no_show', 'failed', 'expired') OR v_from = 'paid' AND p_to = 'confirmed' THEN
        PERFORM kf.outbox_put(b, 'booking.' || p_to, NULL);
    END IF;
    RETURN b;
END
$$;
