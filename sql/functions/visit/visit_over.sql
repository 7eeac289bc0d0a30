-- Whether a customer's link has expired. An act link also expires when its booking begins or is no longer settled.
CREATE OR REPLACE FUNCTION kf.visit_over(x kf.visit_token, b kf.booking) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN x.expires_at <= kf.now() OR b.erased_at IS NOT NULL
           OR x.purpose IN ('move', 'cancel') AND (b.status NOT IN ('paid', 'confirmed') OR b.slot_start <= kf.now());
END
$$;
