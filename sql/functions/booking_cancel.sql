-- Cancels a booking; money that paid it must go back.
CREATE OR REPLACE FUNCTION kf.booking_cancel(p_tenant uuid, p_booking uuid, p_actor text, p_reason text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    b kf.booking;
    p kf.payment;
BEGIN
    SELECT x.* INTO b FROM kf.booking x
    WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such booking');
    END IF;
    b := kf.booking_move(b, 'cancelled', p_actor, p_reason);
    UPDATE kf.claim c SET state = 'ended' WHERE c.tenant_id = p_tenant AND c.claim_id = b.claim_id;
    SELECT x.* INTO p FROM kf.payment x
    WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking AND x.state = 'applied' FOR UPDATE;
    PERFORM kf.outbox_put(b, 'booking.cancelled', p.payment_id);
    IF p.payment_id IS NOT NULL THEN
        PERFORM kf.payment_give_back(p, b, 'cancelled');
    END IF;
END
$$;
