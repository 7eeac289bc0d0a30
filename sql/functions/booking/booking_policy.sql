-- What was promised about cancelling and moving when the booking was made. Nothing was promised by the
-- oldest ones: everything goes back until the start.
CREATE OR REPLACE FUNCTION kf.booking_policy(b kf.booking) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(b.terms->'policy', '{"tiers": [{"hours": 0, "percent": 100}], "deposit_rule": "tiers",
                                         "no_show_rule": "keep", "move_until_hours": 12, "move_most": 2}')
$$;
