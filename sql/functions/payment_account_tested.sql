-- What the provider said to the keys of an account: "ok", "unreachable", "refused" or the key at fault.
CREATE OR REPLACE FUNCTION kf.payment_account_tested(p_tenant uuid, p_provider text, p_mode text, p_result text)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    UPDATE kf.payment_account a SET tested_at = kf.now(), test_result = p_result
    WHERE a.tenant_id = p_tenant AND a.provider = p_provider AND a.mode = p_mode;
END
$$;
