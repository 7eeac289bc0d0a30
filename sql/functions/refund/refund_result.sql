-- Locks a refund with all rows that change with it: booking, payment, refund, in this order. All null: there is none.
-- Decisions about a refund are made under this lock.
CREATE OR REPLACE FUNCTION kf.refund_lock(p_tenant uuid, p_refund uuid) RETURNS kf.refund
LANGUAGE plpgsql
AS $$
DECLARE
    v_payment uuid := (SELECT x.payment_id FROM kf.refund x WHERE x.tenant_id = p_tenant AND x.refund_id = p_refund);
    r kf.refund;
BEGIN
    PERFORM FROM kf.booking x
    WHERE x.tenant_id = p_tenant AND x.booking_id = (
        SELECT p.booking_id FROM kf.payment p WHERE p.tenant_id = p_tenant AND p.payment_id = v_payment) FOR UPDATE;
    PERFORM FROM kf.payment x WHERE x.tenant_id = p_tenant AND x.payment_id = v_payment FOR UPDATE;
    SELECT x.* INTO r FROM kf.refund x WHERE x.tenant_id = p_tenant AND x.refund_id = p_refund FOR UPDATE;
    RETURN r;
END
$$;

-- Whether a repeated request would refund twice. A void of the whole payment has an effect once, however often it is
-- requested.
CREATE OR REPLACE FUNCTION kf.refund_once(p_amount bigint, p kf.payment) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$ SELECT NOT p.can_void OR p_amount < p.approved_cents $$;

-- How long the provider may take for a request; then a person must check.
CREATE OR REPLACE FUNCTION kf.refund_patience() RETURNS interval
LANGUAGE sql IMMUTABLE
AS $$ SELECT interval '3 days' $$;

-- The result of a refund at the provider. done. pending: check again. retry: nothing was requested. manual: a task for
-- the merchant, due in two days. unsure: the same, but the refund may have been made, so it is not requested again. A
-- refund that is pending for too long becomes unsure; a void becomes manual, since it may be requested again. After a
-- partial refund the rest of the payment stays applied. A task stays a task until it is done.
CREATE OR REPLACE FUNCTION kf.refund_result(p_tenant uuid, p_refund uuid, p_result text, p_ref text, p_error text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
    r kf.refund := kf.refund_lock(p_tenant, p_refund);
    p kf.payment;
    v_task boolean;
BEGIN
    IF r.refund_id IS NULL THEN
        PERFORM kf.refuse('KF404', 'There is no such refund');
    ELSIF r.state = 'done' OR r.state = 'manual' AND p_result <> 'done' THEN
        RETURN;
    END IF;
    SELECT x.* INTO p FROM kf.payment x WHERE x.tenant_id = p_tenant AND x.payment_id = r.payment_id;
    IF p_result = 'pending' AND r.asked_at < v_now - kf.refund_patience() THEN
        p_result := CASE WHEN kf.refund_once(r.amount_cents, p) THEN 'unsure' ELSE 'manual' END;
        p_error := coalesce(p_error, 'it was asked for days ago and is not done');
    END IF;
    v_task := p_result IN ('manual', 'unsure');
    UPDATE kf.refund x
    SET provider_ref = coalesce(p_ref, x.provider_ref), last_error = p_error, lease_until = NULL,
        asked_at = CASE WHEN p_result = 'pending' THEN coalesce(x.asked_at, v_now)
                        WHEN p_result = 'manual' OR p_result = 'retry' AND kf.refund_once(x.amount_cents, p) THEN NULL
                        ELSE x.asked_at END,
        state = CASE WHEN p_result = 'done' THEN 'done' WHEN v_task THEN 'manual'
                     WHEN p_result = 'pending' THEN 'running' ELSE x.state END,
        owner = CASE WHEN v_task THEN 'merchant' ELSE x.owner END,
        due_at = CASE WHEN v_task THEN v_now + interval '2 days' ELSE x.due_at END,
        done_at = CASE p_result WHEN 'done' THEN v_now END,
        next_attempt_at = v_now + CASE WHEN p_result = 'pending' AND x.attempts < 12 THEN interval '5 minutes'
            ELSE least(interval '1 minute' * 2 ^ least(x.attempts, 10), interval '6 hours') END
    WHERE x.tenant_id = p_tenant AND x.refund_id = p_refund;
    IF p_result = 'done' THEN
        PERFORM kf.refund_paid(p);
    END IF;
END
$$;

-- Completes a refund: a payment with a partial refund stores the sum, and the merchant's system is notified.
CREATE OR REPLACE FUNCTION kf.refund_paid(p kf.payment) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    b kf.booking;
BEGIN
    UPDATE kf.payment x
    SET state = CASE x.state WHEN 'applied' THEN 'applied' ELSE 'refunded' END, updated_at = kf.now(),
        returning_cents = 0,
        returned_cents = CASE x.state WHEN 'applied' THEN x.returned_cents + x.returning_cents ELSE 0 END
    WHERE x.tenant_id = p.tenant_id AND x.payment_id = p.payment_id;
    SELECT x.* INTO b FROM kf.booking x WHERE x.tenant_id = p.tenant_id AND x.booking_id = p.booking_id;
    PERFORM kf.booking_notice(b, 'refund.succeeded', p.payment_id);
END
$$;
