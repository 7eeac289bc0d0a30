-- The content of a message to the merchant about the booking's present state. An event caused by time alone has no
-- payment of its own: it names the payment that paid the booking, or the last one that was tried.
CREATE OR REPLACE FUNCTION kf.booking_facts(b kf.booking, p_event text, p_payment uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_payment jsonb;
    v_refund jsonb := '{}';
BEGIN
    IF p_payment IS NULL
       AND p_event IN ('booking.confirmed', 'booking.completed', 'booking.no_show', 'booking.failed', 'booking.expired') THEN
        p_payment := (SELECT p.payment_id FROM kf.payment p
                      WHERE p.tenant_id = b.tenant_id AND p.booking_id = b.booking_id
                      ORDER BY p.state = 'applied' DESC, p.created_at DESC, p.payment_id DESC LIMIT 1);
    END IF;
    IF p_payment IS NOT NULL THEN
        SELECT jsonb_build_object('provider', p.provider, 'tx_id', p.provider_tx_id, 'status', p.status, 'state', p.state,
                                  'reference', p.reference, 'amount_cents', p.amount_cents, 'currency', p.currency,
                                  'method', p.method)
        INTO v_payment
        FROM kf.payment p WHERE p.tenant_id = b.tenant_id AND p.payment_id = p_payment;
    END IF;
    IF p_event IN ('payment.refund_due', 'refund.succeeded') THEN
        v_refund := coalesce((
            SELECT jsonb_build_object('refund', jsonb_build_object('amount_cents', r.amount_cents,
                'currency', r.currency, 'state', r.state, 'reason', r.reason))
            FROM kf.refund r WHERE r.tenant_id = b.tenant_id AND r.payment_id = p_payment), '{}');
    END IF;
    RETURN jsonb_build_object(
        'tenant_id', b.tenant_id, 'booking_id', b.booking_id, 'event', p_event, 'version', b.version,
        'status', b.status, 'language', b.language, 'source', b.source, 'metadata', b.metadata,
        'at', to_char(kf.now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'service', jsonb_build_object('id', b.service_id, 'name', b.terms->'service_name',
            'duration_min', b.terms->'duration_min', 'charge_type', b.terms->'charge_type'),
        'price_cents', b.price_cents, 'charge_cents', b.charge_cents, 'currency', b.currency,
        'professional', jsonb_build_object('id', b.professional_id,
            'name', b.terms->'professional_name', 'zone', b.terms->'professional_zone'),
        'slot_start', kf.iso(b.slot_start), 'slot_end', kf.iso(b.slot_end),
        'timezone', b.terms->'professional_zone', 'customer_zone', b.customer_zone,
        'customer', jsonb_build_object('name', b.customer_name, 'email', b.customer_email,
            'phone', b.customer_phone, 'notes', b.notes, 'accepted_terms', b.accepted_terms_at IS NOT NULL,
            'accepted_terms_at', kf.iso(b.accepted_terms_at)),
        'payment', v_payment) || v_refund;
END
$$;
