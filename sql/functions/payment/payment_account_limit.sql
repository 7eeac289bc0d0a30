-- Sets the smallest amount that an account accepts.
CREATE OR REPLACE FUNCTION kf.payment_account_limit(p_tenant uuid, p_provider text, p_mode text, p_min_cents bigint)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    UPDATE kf.payment_account a SET min_cents = p_min_cents, updated_at = kf.now()
    WHERE a.tenant_id = p_tenant AND a.provider = p_provider AND a.mode = p_mode;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such account');
    END IF;
END
$$;
