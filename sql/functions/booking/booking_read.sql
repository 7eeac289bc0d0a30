-- A booking as its customer sees it. token_ok: the given token belongs to it. mailed: a mail with links to it was sent
-- or is about to be. return_url is the booking's own while it is an address of the business, else the business's.
CREATE OR REPLACE FUNCTION kf.booking_read(p_tenant uuid, p_booking uuid, p_token_hash bytea)
RETURNS TABLE (booking_id uuid, token_ok boolean, status text, payment_status text,
               hold_alive boolean, hold_expires_at timestamptz, now timestamptz,
               slot_start timestamptz, slot_end timestamptz, service_name text,
               professional_name text, professional_zone text, customer_zone text,
               customer_name text, customer_email text, price_cents bigint, charge_cents bigint,
               currency text, language text, link_public_id text, return_url text,
               callback_secret_sealed text, version int, service_id text, professional_id text, mailed boolean)
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    RETURN QUERY
    SELECT b.booking_id, coalesce(b.token_hash = p_token_hash, false), b.status, kf.payment_word(b),
           b.status = 'pending' AND b.hold_expires_at > v_now, b.hold_expires_at, v_now,
           b.slot_start, b.slot_end, b.terms->>'service_name', b.terms->>'professional_name',
           b.terms->>'professional_zone', b.customer_zone, b.customer_name, b.customer_email,
           b.price_cents, b.charge_cents, b.currency, b.language, l.public_id,
           CASE WHEN b.return_url IS NOT NULL AND kf.return_allowed(t, b.return_url) THEN b.return_url
                ELSE t.return_url END,
           (SELECT s.sealed FROM kf.callback_secret s
            WHERE s.tenant_id = p_tenant AND s.endpoint_id IS NULL AND (s.expires_at IS NULL OR s.expires_at > v_now)
            ORDER BY s.created_at DESC, s.secret_id DESC LIMIT 1), b.version,
           b.service_id::text, b.professional_id::text,
           EXISTS (SELECT FROM kf.mail m WHERE m.tenant_id = p_tenant AND m.booking_id = p_booking
                     AND m.kind = 'booking_confirmed' AND m.state IN ('due', 'sending', 'sent'))
    FROM kf.booking b
    JOIN kf.tenant t USING (tenant_id)
    LEFT JOIN kf.booking_link l ON l.tenant_id = b.tenant_id AND l.link_id = b.link_id
    WHERE b.tenant_id = p_tenant AND b.booking_id = p_booking;
END
$$;
