-- The terms of a service for cancelling and moving, as frozen in its bookings. STABLE like jsonb_build_object: if it
-- were IMMUTABLE, it would not be inlined into the calling statements and would be planned anew in each.
CREATE OR REPLACE FUNCTION kf.policy_of(s kf.service) RETURNS jsonb
LANGUAGE sql STABLE
AS $$
    SELECT jsonb_build_object('tiers', s.cancel_tiers, 'deposit_rule', s.deposit_rule, 'no_show_rule', s.no_show_rule,
                              'move_until_hours', s.move_until_hours, 'move_most', s.move_most)
$$;
