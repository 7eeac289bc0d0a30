-- Why a customer cannot move a booking at p_at; null: they can. status: it is not settled, or has begun; never:
-- bookings of this service cannot be moved; moves: it was moved as often as allowed; until: it is too late. Exactly the
-- given hours before the start is in time.
CREATE OR REPLACE FUNCTION kf.move_why_not(b kf.booking, p_at timestamptz) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_policy jsonb := kf.booking_policy(b);
BEGIN
    RETURN CASE WHEN b.status NOT IN ('paid', 'confirmed') OR b.slot_start <= p_at THEN 'status'
                WHEN (v_policy->>'move_most')::int = 0 THEN 'never'
                WHEN b.moves >= (v_policy->>'move_most')::int THEN 'moves'
                WHEN p_at > b.slot_start - make_interval(hours => (v_policy->>'move_until_hours')::int) THEN 'until' END;
END
$$;
