-- The data for the provider's checkout: the booking, its newest open attempt (null if there is none, or nothing is left
-- to pay) and the account of that attempt.
CREATE OR REPLACE FUNCTION kf.booking_checkout(p_tenant uuid, p_booking uuid)
RETURNS SETOF kf.checkout
LANGUAGE sql STABLE
AS $$
    SELECT b.booking_id, b.status, b.version, b.charge_cents, b.currency, b.price_cents,
           b.slot_start, b.slot_end, b.hold_expires_at, a.reference, b.terms->>'service_name',
           b.customer_name, b.customer_email, b.customer_phone, t.return_url, a.provider, a.mode,
           c.public_key, c.private_key_sealed, c.integrity_secret_sealed, c.events_secret_sealed
    FROM kf.booking b
    JOIN kf.tenant t ON t.tenant_id = b.tenant_id
    LEFT JOIN LATERAL (SELECT x.* FROM kf.payment_attempt x
                       WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id AND x.state = 'open'
                         AND b.status = 'pending'
                       ORDER BY x.n DESC LIMIT 1) a ON true
    LEFT JOIN kf.payment_account c
        ON c.tenant_id = a.tenant_id AND c.provider = a.provider AND c.mode = a.mode
    WHERE b.tenant_id = p_tenant AND b.booking_id = p_booking
$$;
