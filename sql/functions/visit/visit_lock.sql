-- Locks the booking of a customer's link, for an act of one of these purposes, and then the link. KF416: no such link,
-- another purpose, used, or expired.
CREATE OR REPLACE FUNCTION kf.visit_lock(p_tenant uuid, p_token_hash bytea, p_purposes text[]) RETURNS kf.booking
LANGUAGE plpgsql
AS $$
DECLARE
    b kf.booking;
    x kf.visit_token;
BEGIN
    SELECT y.* INTO x FROM kf.visit_token y WHERE y.tenant_id = p_tenant AND y.token_hash = p_token_hash;
    SELECT y.* INTO b FROM kf.booking y
    WHERE y.tenant_id = p_tenant AND y.booking_id = x.booking_id FOR UPDATE;
    SELECT y.* INTO x FROM kf.visit_token y
    WHERE y.tenant_id = p_tenant AND y.token_hash = p_token_hash FOR UPDATE;
    IF x.purpose = ANY (p_purposes) AND x.used_at IS NULL AND NOT kf.visit_over(x, b) THEN
        RETURN b;
    END IF;
    PERFORM kf.refuse('KF416', 'The token does not give the right to this');
END
$$;
