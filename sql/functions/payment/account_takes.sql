-- Whether this account accepts the amount. A row of nulls (no account) accepts nothing. Wompi accepts pesos only.
CREATE OR REPLACE FUNCTION kf.account_takes(a kf.payment_account, p_cents bigint, p_currency text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$ SELECT coalesce(p_cents >= a.min_cents AND (a.provider <> 'wompi' OR p_currency = 'COP'), false) $$;
