-- What became of a refund at the provider: done, pending (look again), retry (nothing was asked),
-- manual: a task for the merchant, due in two days, or unsure: the same, but it may have been made, so
-- nobody asks for it again. What is pending for three days is unsure. Of a part the rest of the payment
-- stays where it is. Locks booking, payment, refund in this order.
CREATE OR REPLACE FUNCTION kf.refund_result(p_tenant uuid, p_refund uuid, p_result text, p_ref text, p_error text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    r kf.refund;
    p kf.payment;
    b kf.booking;
    v_task boolean;
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    SELECT x.* INTO p FROM kf.refund y JOIN kf.payment x USING (tenant_id, payment_id)
    WHERE y.tenant_id = p_tenant AND y.refund_id = p_refund;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such refund');
    END IF;
    SELECT x.* INTO b FROM kf.booking x
    WHERE x.tenant_id = p_tenant AND x.booking_id = p.booking_id FOR UPDATE;
    PERFORM FROM kf.payment x WHERE x.tenant_id = p_tenant AND x.payment_id = p.payment_id FOR UPDATE;
    SELECT x.* INTO r FROM kf.refund x WHERE x.tenant_id = p_tenant AND x.refund_id = p_refund FOR UPDATE;
    IF r.state = 'done' THEN
        RETURN;
    END IF;
    IF p_result = 'pending' AND r.asked_at < v_now - interval '3 days' THEN
        p_result := 'unsure';
    END IF;
    v_task := p_result IN ('manual', 'unsure');
    UPDATE kf.refund x
    SET provider_ref = coalesce(p_ref, x.provider_ref), last_error = p_error, lease_until = NULL,
        asked_at = CASE WHEN p_result NOT IN ('retry', 'manual') THEN x.asked_at END,
        state = CASE WHEN p_result = 'done' THEN 'done' WHEN v_task THEN 'manual'
                     WHEN p_result = 'pending' THEN 'running' ELSE x.state END,
        owner = CASE WHEN v_task THEN 'merchant' ELSE x.owner END,
        due_at = CASE WHEN v_task THEN v_now + interval '2 days' ELSE x.due_at END,
        done_at = CASE p_result WHEN 'done' THEN v_now END,
        next_attempt_at = v_now + CASE WHEN p_result = 'pending' AND x.attempts < 12 THEN interval '5 minutes'
            ELSE least(interval '1 minute' * 2 ^ least(x.attempts, 10), interval '6 hours') END
    WHERE x.tenant_id = p_tenant AND x.refund_id = p_refund;
    IF p_result = 'done' THEN
        UPDATE kf.payment x
        SET state = CASE x.state WHEN 'applied' THEN 'applied' ELSE 'refunded' END, updated_at = v_now,
            returning_cents = 0,
            returned_cents = CASE x.state WHEN 'applied' THEN x.returned_cents + x.returning_cents ELSE 0 END
        WHERE x.tenant_id = p_tenant AND x.payment_id = p.payment_id;
        PERFORM kf.booking_notice(b, 'refund.succeeded', p.payment_id);
    END IF;
END
$$;
