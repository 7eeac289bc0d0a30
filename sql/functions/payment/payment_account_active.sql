-- The tenant's active account, with its sealed secrets.
CREATE OR REPLACE FUNCTION kf.payment_account_active(p_tenant uuid)
RETURNS TABLE (provider text, mode text, public_key text, private_key_sealed text,
               integrity_secret_sealed text, events_secret_sealed text)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    RETURN QUERY
    SELECT a.provider, a.mode, a.public_key, a.private_key_sealed, a.integrity_secret_sealed,
           a.events_secret_sealed
    FROM kf.payment_account a WHERE a.tenant_id = p_tenant AND a.active;
END
$$;
