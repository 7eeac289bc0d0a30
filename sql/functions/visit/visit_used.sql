-- Marks an act's link as used, with all others of these purposes.
CREATE OR REPLACE FUNCTION kf.visit_used(p_tenant uuid, p_booking uuid, p_purposes text[]) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE kf.visit_token x SET used_at = kf.now()
    WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking AND x.purpose = ANY (p_purposes) AND x.used_at IS NULL;
END
$$;
