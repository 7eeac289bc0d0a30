-- What a service promises about cancelling and moving, as it is frozen in its bookings. STABLE, as
-- jsonb_build_object is: called immutable it would not become a part of the statements that use it, but be
-- planned in each of them anew.
CREATE OR REPLACE FUNCTION kf.policy_of(s kf.service) RETURNS jsonb
LANGUAGE sql STABLE
AS $$
    SELECT jsonb_build_object('tiers', s.cancel_tiers, 'deposit_rule', s.deposit_rule, 'no_show_rule', s.no_show_rule,
                              'move_until_hours', s.move_until_hours, 'move_most', s.move_most)
$$;
