-- The customer's view of the money of their booking: {word, tx, method, amount_cents, returning_cents, returned_cents,
-- refunds}; null: nothing was to be paid.
CREATE OR REPLACE FUNCTION kf.visit_money(b kf.booking, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF b.charge_cents = 0 THEN
        RETURN NULL;
    END IF;
    RETURN jsonb_build_object('word', kf.payment_word(b), 'refunds', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('amount_cents', r.amount_cents, 'currency', r.currency,
                       'state', r.state, 'done_at', kf.iso_local(r.done_at, p_zone)) ORDER BY r.created_at, r.refund_id), '[]')
            FROM kf.payment x JOIN kf.refund r USING (tenant_id, payment_id)
            WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id))
        || coalesce((
            SELECT jsonb_build_object('tx', x.provider_tx_id, 'method', x.method, 'amount_cents', x.amount_cents,
                                      'returning_cents', x.returning_cents, 'returned_cents', x.returned_cents,
                                      'paid_at', kf.iso_local(x.created_at, p_zone))
            FROM kf.payment x WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id
            ORDER BY x.state = 'applied' DESC, x.approved_cents > 0 DESC, x.created_at DESC LIMIT 1),
            '{"tx": null, "method": null, "amount_cents": null, "returning_cents": 0, "returned_cents": 0, "paid_at": null}');
END
$$;
