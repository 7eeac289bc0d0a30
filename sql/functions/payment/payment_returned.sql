-- The payer returned with a transaction id in the address. It only causes a request to the provider now. Reloading the
-- page does not repeat the request within two seconds.
CREATE OR REPLACE FUNCTION kf.payment_returned(p_tenant uuid, p_booking uuid, p_tx text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    UPDATE kf.payment_attempt a
    SET tx_hint = coalesce(p_tx, a.tx_hint), hint_at = kf.now(), next_poll_at = kf.now()
    WHERE a.tenant_id = p_tenant AND a.attempt_id = (
            SELECT x.attempt_id FROM kf.payment_attempt x
            WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking AND x.state = 'open'
            ORDER BY x.n DESC LIMIT 1)
      AND (a.hint_at IS NULL OR a.hint_at < kf.now() - interval '2 seconds');
END
$$;
