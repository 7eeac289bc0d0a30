-- The newest open attempt of an unpaid booking, before its provider is called for a checkout; no row: nothing is to be
-- paid now. checkout_url: the checkout exists, and no call is needed. p_return: where the payer comes back to. The first
-- one stays, so that repeated calls are equal; it also marks the attempt as one whose checkout needs a call.
CREATE OR REPLACE FUNCTION kf.checkout_begin(p_tenant uuid, p_booking uuid, p_return text)
RETURNS TABLE (reference text, amount_cents bigint, currency text, expires_at timestamptz, return_url text,
               checkout_url text, service_name text, language text, customer_name text, customer_email text,
               customer_phone text, provider text, mode text, public_key text, private_key_sealed text,
               integrity_secret_sealed text, events_secret_sealed text)
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_attempt uuid := (SELECT a.attempt_id FROM kf.payment_attempt a JOIN kf.booking b USING (tenant_id, booking_id)
                       WHERE a.tenant_id = p_tenant AND a.booking_id = p_booking AND a.state = 'open'
                         AND b.status = 'pending'
                       ORDER BY a.n DESC LIMIT 1);
BEGIN
    UPDATE kf.payment_attempt a SET checkout_return = p_return
    WHERE a.tenant_id = p_tenant AND a.attempt_id = v_attempt AND a.checkout_return IS NULL;
    RETURN QUERY
    SELECT a.reference, a.amount_cents, a.currency, a.expires_at, a.checkout_return, a.checkout_url,
           b.terms->>'service_name', b.language, b.customer_name, b.customer_email, b.customer_phone, a.provider, a.mode,
           c.public_key, c.private_key_sealed, c.integrity_secret_sealed, c.events_secret_sealed
    FROM kf.payment_attempt a
    JOIN kf.booking b USING (tenant_id, booking_id)
    JOIN kf.payment_account c ON c.tenant_id = a.tenant_id AND c.provider = a.provider AND c.mode = a.mode
    WHERE a.tenant_id = p_tenant AND a.attempt_id = v_attempt;
END
$$;
