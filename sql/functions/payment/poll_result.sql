-- The result of polling the provider about an attempt (kf.payment_apply has handled the payments), and the next time:
-- every minute while the hold lives and for half an hour after it (an hour while a transaction is pending), then 1, 3,
-- 6, 24, 48 and 72 hours after it.
CREATE OR REPLACE FUNCTION kf.poll_result(p_tenant uuid, p_attempt uuid, p_found int, p_pending boolean, p_error text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    a kf.payment_attempt;
    v_next timestamptz;
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    SELECT x.* INTO a FROM kf.payment_attempt x
    WHERE x.tenant_id = p_tenant AND x.attempt_id = p_attempt FOR UPDATE;
    IF NOT FOUND OR a.state = 'closed' THEN
        RETURN;
    END IF;
    IF v_now < a.expires_at + (CASE WHEN p_pending THEN interval '1 hour' ELSE interval '30 minutes' END) THEN
        v_next := v_now + interval '60 seconds';
    ELSE
        SELECT min(a.expires_at + make_interval(hours => h)) INTO v_next
        FROM unnest(ARRAY[1, 3, 6, 24, 48, 72]) AS h
        WHERE a.expires_at + make_interval(hours => h) > v_now;
    END IF;
    IF a.hint_at > a.polled_at THEN
        v_next := v_now;    -- the payer returned during the poll
    END IF;
    IF NOT p_pending AND p_error IS NULL AND EXISTS (
            SELECT FROM kf.payment p JOIN kf.booking b USING (tenant_id, booking_id)
            WHERE p.tenant_id = p_tenant AND p.attempt_id = p_attempt AND b.status <> 'pending'
              AND p.state IN ('applied', 'refund_due', 'refunded') AND p.updated_at <= a.polled_at) THEN
        v_next := NULL;
    END IF;
    UPDATE kf.payment_attempt x
    SET lease_until = NULL, last_error = p_error,
        next_poll_at = coalesce(v_next, x.next_poll_at),
        state = CASE WHEN v_next IS NULL THEN 'closed' ELSE x.state END
    WHERE x.tenant_id = p_tenant AND x.attempt_id = p_attempt;
END
$$;
