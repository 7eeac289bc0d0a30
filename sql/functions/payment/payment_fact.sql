-- Stores the provider's present data. The approved amount does not change.
CREATE OR REPLACE FUNCTION kf.payment_fact(p kf.payment, p_status text, p_amount bigint, p_currency text,
    p_method text, p_can_void boolean, p_source text)
RETURNS kf.payment
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE kf.payment x
    SET status = p_status, method = coalesce(p_method, x.method), can_void = p_can_void,
        source = p_source, updated_at = kf.now(),
        amount_cents = CASE WHEN x.state = 'seen' THEN p_amount ELSE x.amount_cents END,
        currency = CASE WHEN x.state = 'seen' THEN p_currency ELSE x.currency END
    WHERE x.tenant_id = p.tenant_id AND x.payment_id = p.payment_id
    RETURNING x.* INTO p;
    RETURN p;
END
$$;
