-- Whether a booking's time is in the future, or it can still be paid.
CREATE OR REPLACE FUNCTION kf.booking_ahead(b kf.booking) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN b.status IN ('paid', 'confirmed') AND b.slot_end > kf.now()
        OR b.status = 'pending' AND b.hold_expires_at > kf.now();
END
$$;

-- Whether money of a booking is still being refunded, or must be refunded by a person.
CREATE OR REPLACE FUNCTION kf.booking_owes(b kf.booking) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM kf.payment p JOIN kf.refund r ON r.tenant_id = p.tenant_id AND r.payment_id = p.payment_id
                   WHERE p.tenant_id = b.tenant_id AND p.booking_id = b.booking_id AND r.state <> 'done');
END
$$;
