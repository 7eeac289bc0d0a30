-- Stores the result of a test of an account's keys at the provider: "ok", or a word for the problem.
CREATE OR REPLACE FUNCTION kf.account_tested(p_tenant uuid, p_provider text, p_mode text, p_result text) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    UPDATE kf.payment_account a SET tested_at = kf.now(), test_result = left(p_result, 200)
    WHERE a.tenant_id = p_tenant AND a.provider = p_provider AND a.mode = p_mode;
    RETURN CASE WHEN FOUND THEN kf.account_get(p_tenant) END;
END
$$;
