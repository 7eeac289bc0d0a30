-- Can this amount be paid through this account? A row of nulls (there is none) takes nothing.
CREATE OR REPLACE FUNCTION kf.account_takes(a kf.payment_account, p_cents bigint, p_currency text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(p_cents >= a.min_cents
                    AND (kf.pay_currency(a.provider) IS NULL OR p_currency = kf.pay_currency(a.provider)), false)
$$;
