-- A further payment attempt while the hold lives; the present one stays while its checkout stands (kf.checkout_stands).
-- p_after: the professional's calendar must have been read then or later.
-- Refusals: KF404, KF416, KF415, KF418, KF419, KF412, KF432, KF420.
CREATE OR REPLACE FUNCTION kf.booking_retry(p_tenant uuid, p_booking uuid, p_token_hash bytea, p_attempt uuid,
                                            p_after timestamptz DEFAULT NULL)
RETURNS SETOF kf.checkout
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    b kf.booking;
BEGIN
    SELECT x.* INTO b FROM kf.booking x
    WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such booking');
    ELSIF b.token_hash IS DISTINCT FROM p_token_hash THEN
        PERFORM kf.refuse('KF416', 'The token does not give the right to this');
    ELSIF b.status IN ('expired', 'failed') OR (b.status = 'pending' AND b.hold_expires_at <= kf.now()) THEN
        PERFORM kf.refuse('KF415', 'The hold on this time has ended');
    ELSIF b.status <> 'pending' THEN
        PERFORM kf.refuse('KF418', 'This booking cannot be paid now');
    END IF;
    IF NOT EXISTS (SELECT FROM kf.payment_attempt a
                   WHERE a.tenant_id = p_tenant AND a.attempt_id = p_attempt AND a.booking_id = p_booking) THEN
        PERFORM kf.calendar_check(p_tenant, b.professional_id, c.starts_at, c.ends_at, p_after) FROM kf.claim c
        WHERE c.tenant_id = p_tenant AND c.claim_id = b.claim_id;
        IF NOT kf.checkout_stands(p_tenant, p_booking) THEN
            PERFORM kf.attempt_put(b, p_attempt);
        END IF;
    END IF;
    RETURN QUERY SELECT * FROM kf.booking_checkout(p_tenant, p_booking);
END
$$;
