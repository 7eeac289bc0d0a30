-- The only place where money moves. Applies the provider's present data of one transaction. Locks in this order:
-- booking, payment, the service's day, claim. Final states stay: after APPROVED only VOIDED has an effect, after VOIDED
-- nothing.
-- p_mode: the mode of the account that was asked (null: unknown). Money of a test account never pays an attempt of the
-- production account.
-- outcome: recorded, unchanged, applied, refund_due, quarantined, refunded, reference_changed, foreign.
CREATE OR REPLACE FUNCTION kf.payment_apply(p_tenant uuid, p_payment uuid, p_provider text, p_tx text,
    p_reference text, p_status text, p_amount bigint, p_currency text, p_method text,
    p_can_void boolean, p_source text, p_mode text DEFAULT NULL)
RETURNS TABLE (outcome text, booking_id uuid)
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_new boolean;
    r record;
    a kf.payment_attempt;
    b kf.booking;
    p kf.payment;
BEGIN
    SELECT x AS attempt, y AS booking INTO r
    FROM kf.payment_attempt x JOIN kf.booking y ON y.tenant_id = x.tenant_id AND y.booking_id = x.booking_id
    WHERE x.tenant_id = p_tenant AND x.provider = p_provider AND x.reference = p_reference
    FOR UPDATE OF y;
    a := r.attempt;
    b := r.booking;
    IF a.attempt_id IS NULL AND p_reference !~ '^kf-' THEN
        outcome := 'foreign'; -- a sale of the merchant elsewhere with the same account
        RETURN NEXT;
        RETURN;
    END IF;
    INSERT INTO kf.payment (tenant_id, payment_id, provider, provider_tx_id, attempt_id, booking_id,
        reference, amount_cents, currency, method, can_void, status, source, created_at, updated_at)
    VALUES (p_tenant, p_payment, p_provider, p_tx, a.attempt_id, a.booking_id, p_reference,
        p_amount, p_currency, coalesce(p_method, ''), p_can_void,
        CASE p_status WHEN 'APPROVED' THEN 'APPROVED' ELSE 'PENDING' END, p_source, kf.now(), kf.now())
    ON CONFLICT (tenant_id, provider, provider_tx_id) DO NOTHING
    RETURNING * INTO p;
    v_new := FOUND;
    IF NOT v_new THEN
        SELECT x.* INTO p FROM kf.payment x
        WHERE x.tenant_id = p_tenant AND x.provider = p_provider AND x.provider_tx_id = p_tx FOR UPDATE;
    END IF;
    booking_id := p.booking_id;
    IF p.reference <> p_reference THEN
        outcome := 'reference_changed';
    ELSIF p_status = 'APPROVED' AND v_new THEN
        outcome := kf.payment_approve(p, a, b, p_mode);
    ELSIF p_status = 'APPROVED' AND p.status NOT IN ('APPROVED', 'VOIDED') THEN
        p := kf.payment_fact(p, p_status, p_amount, p_currency, p_method, p_can_void, p_source);
        outcome := kf.payment_approve(p, a, b, p_mode);
    ELSIF p_status = 'VOIDED' AND p.status <> 'VOIDED' THEN
        p := kf.payment_fact(p, p_status, p_amount, p_currency, p_method, p_can_void, p_source);
        outcome := kf.payment_void(p, b);
    ELSIF p_status IN ('DECLINED', 'ERROR') AND p.status = 'PENDING'
          OR p_status = 'PENDING' AND p.payment_id = p_payment THEN
        PERFORM kf.payment_fact(p, p_status, p_amount, p_currency, p_method, p_can_void, p_source);
        outcome := 'recorded';
        IF p_status = 'PENDING' THEN
            -- Money is pending under a reference that is no longer polled.
            UPDATE kf.payment_attempt x SET state = 'open', next_poll_at = kf.now() + interval '60 seconds'
            WHERE x.tenant_id = p_tenant AND x.attempt_id = a.attempt_id AND x.state = 'closed';
        END IF;
    ELSE
        outcome := 'unchanged';
    END IF;
    RETURN NEXT;
END
$$;
