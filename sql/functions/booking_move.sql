-- Moves a booking (locked by the caller) to another status: one row of history each time. Its calendar
-- follows.
CREATE OR REPLACE FUNCTION kf.booking_move(b kf.booking, p_to text, p_actor text, p_reason text)
RETURNS kf.booking
LANGUAGE plpgsql
AS $$
DECLARE
    v_from text := b.status;
BEGIN
    IF v_from = p_to THEN
        PERFORM kf.refuse('KF409', format('The booking is %s already', p_to));
    END IF;
    UPDATE kf.booking x SET status = p_to, version = x.version + 1, updated_at = kf.now()
    WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id
    RETURNING x.* INTO b;
    INSERT INTO kf.booking_history (tenant_id, booking_id, version, from_status, to_status, actor, actor_name, reason, at)
    VALUES (b.tenant_id, b.booking_id, b.version, v_from, p_to, p_actor, kf.actor_name(), coalesce(p_reason, ''),
            b.updated_at);
    PERFORM kf.calendar_plan(b);
    RETURN b;
END
$$;
