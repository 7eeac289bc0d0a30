-- The attempts, payments and refunds of a booking: {attempts, payments, refunds}.
CREATE OR REPLACE FUNCTION kf.booking_money(b kf.booking, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN jsonb_build_object(
        'attempts', (SELECT coalesce(jsonb_agg(jsonb_build_object('n', a.n, 'provider', a.provider, 'mode', a.mode,
                         'reference', a.reference, 'amount_cents', a.amount_cents, 'currency', a.currency,
                         'state', a.state, 'created_at', kf.iso_local(a.created_at, p_zone),
                         'expires_at', kf.iso_local(a.expires_at, p_zone), 'last_error', a.last_error) ORDER BY a.n), '[]')
                     FROM kf.payment_attempt a WHERE a.tenant_id = b.tenant_id AND a.booking_id = b.booking_id),
        'payments', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', x.payment_id, 'provider', x.provider,
                         'tx_id', x.provider_tx_id, 'reference', x.reference, 'status', x.status, 'state', x.state,
                         'amount_cents', x.amount_cents, 'approved_cents', x.approved_cents,
                         'returning_cents', x.returning_cents, 'returned_cents', x.returned_cents, 'currency', x.currency,
                         'method', x.method, 'quarantine', x.quarantine_reason,
                         'created_at', kf.iso_local(x.created_at, p_zone),
                         'updated_at', kf.iso_local(x.updated_at, p_zone)) ORDER BY x.created_at, x.payment_id), '[]')
                     FROM kf.payment x WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id),
        'refunds', (SELECT coalesce(jsonb_agg(kf.refund_doc(r, p_zone) ORDER BY r.created_at, r.refund_id), '[]')
                    FROM kf.payment x JOIN kf.refund r USING (tenant_id, payment_id)
                    WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id));
END
$$;
