-- The terms for cancelling and moving at the time of booking. The oldest bookings have none: they are refunded in full
-- until the start.
CREATE OR REPLACE FUNCTION kf.booking_policy(b kf.booking) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(b.terms->'policy', '{"tiers": [{"hours": 0, "percent": 100}], "deposit_rule": "tiers",
                                         "no_show_rule": "keep", "move_until_hours": 12, "move_most": 2}')
$$;
