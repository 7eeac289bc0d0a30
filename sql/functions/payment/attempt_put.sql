-- Adds a payment attempt to a booking, with its own reference. The number is limited, because each attempt is polled
-- for days.
CREATE OR REPLACE FUNCTION kf.attempt_put(b kf.booking, p_attempt uuid) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    a kf.payment_account;
    x record;
BEGIN
    SELECT t.status, y AS account,
           (SELECT coalesce(max(z.n), 0) + 1 FROM kf.payment_attempt z
            WHERE z.tenant_id = b.tenant_id AND z.booking_id = b.booking_id) AS n
    INTO x
    FROM kf.tenant t LEFT JOIN kf.payment_account y ON y.tenant_id = t.tenant_id AND y.active
    WHERE t.tenant_id = b.tenant_id;
    a := x.account;
    IF b.charge_cents = 0 OR NOT kf.account_takes(a, b.charge_cents, b.currency) THEN
        PERFORM kf.refuse('KF418', 'This booking cannot be paid now');
    END IF;
    IF x.n > 20 THEN
        PERFORM kf.refuse('KF418', 'This booking cannot be paid now');
    ELSIF x.status <> 'active' THEN
        PERFORM kf.refuse('KF419', 'This business is not taking bookings now');
    END IF;
    INSERT INTO kf.payment_attempt (tenant_id, attempt_id, booking_id, n, provider, mode, reference,
                                    amount_cents, currency, expires_at, created_at, next_poll_at)
    VALUES (b.tenant_id, p_attempt, b.booking_id, x.n, a.provider, a.mode,
            'kf-' || replace(b.booking_id::text, '-', '') || '-' || x.n,
            b.charge_cents, b.currency, b.hold_expires_at, kf.now(), kf.now() + interval '45 seconds');
END
$$;
