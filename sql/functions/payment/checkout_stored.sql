-- Stores the checkout that the provider made for an attempt, unless one is stored. Returns the URL to send the payer to;
-- null: the booking is no longer to be paid.
CREATE OR REPLACE FUNCTION kf.checkout_stored(p_tenant uuid, p_provider text, p_reference text, p_id text, p_url text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    UPDATE kf.payment_attempt a SET checkout_id = p_id, checkout_url = p_url
    WHERE a.tenant_id = p_tenant AND a.provider = p_provider AND a.reference = p_reference AND a.checkout_url IS NULL;
    RETURN (SELECT a.checkout_url FROM kf.payment_attempt a JOIN kf.booking b USING (tenant_id, booking_id)
            WHERE a.tenant_id = p_tenant AND a.provider = p_provider AND a.reference = p_reference
              AND b.status = 'pending');
END
$$;

-- Whether the booking's newest open attempt keeps its checkout: one was requested (answered or not), no payment was seen
-- under it, and its account is still the active one. Another attempt would make a second checkout, and both could be paid.
CREATE OR REPLACE FUNCTION kf.checkout_stands(p_tenant uuid, p_booking uuid) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT coalesce((SELECT a.checkout_return IS NOT NULL AND c.active AND NOT EXISTS (
                         SELECT FROM kf.payment p WHERE p.tenant_id = p_tenant AND p.attempt_id = a.attempt_id)
                     FROM kf.payment_attempt a
                     JOIN kf.payment_account c
                         ON c.tenant_id = a.tenant_id AND c.provider = a.provider AND c.mode = a.mode
                     WHERE a.tenant_id = p_tenant AND a.booking_id = p_booking AND a.state = 'open'
                     ORDER BY a.n DESC LIMIT 1), false)
$$;
