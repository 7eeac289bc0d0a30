-- Is it too late for a customer's link? For an act also once its booking has begun, or is not good any more.
CREATE OR REPLACE FUNCTION kf.visit_over(x kf.visit_token, b kf.booking) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN x.expires_at <= kf.now() OR b.erased_at IS NOT NULL
           OR x.purpose IN ('move', 'cancel') AND (b.status NOT IN ('paid', 'confirmed') OR b.slot_start <= kf.now());
END
$$;
