-- Payments with their booking, attempts and refund, newest first. p_stuck: only those that need a person (quarantine,
-- refunds to make, pending for more than an hour).
CREATE OR REPLACE FUNCTION kf.payments_list(p_tenant uuid, p_stuck boolean, p_limit int)
RETURNS TABLE (payment_id uuid, doc jsonb)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    RETURN QUERY
    SELECT p.payment_id, jsonb_build_object(
        'id', p.payment_id, 'provider', p.provider, 'tx_id', p.provider_tx_id, 'reference', p.reference,
        'status', p.status, 'state', p.state, 'amount_cents', p.amount_cents,
        'approved_cents', p.approved_cents, 'returning_cents', p.returning_cents,
        'returned_cents', p.returned_cents, 'currency', p.currency, 'method', p.method,
        'quarantine', p.quarantine_reason, 'created_at', kf.iso(p.created_at),
        'booking', (SELECT jsonb_build_object('id', b.booking_id, 'status', b.status,
                        'slot_start', kf.iso(b.slot_start), 'customer_name', b.customer_name,
                        'charge_cents', b.charge_cents)
                    FROM kf.booking b WHERE b.tenant_id = p_tenant AND b.booking_id = p.booking_id),
        'attempts', (SELECT coalesce(jsonb_agg(jsonb_build_object('n', a.n, 'reference', a.reference,
                        'state', a.state, 'amount_cents', a.amount_cents, 'polls', a.polls,
                        'next_poll_at', CASE WHEN a.state = 'open' THEN kf.iso(a.next_poll_at) END,
                        'last_error', a.last_error) ORDER BY a.n), '[]')
                     FROM kf.payment_attempt a
                     WHERE a.tenant_id = p_tenant AND a.booking_id = p.booking_id),
        'refund', (SELECT jsonb_build_object('id', r.refund_id, 'state', r.state, 'reason', r.reason,
                        'owner', r.owner, 'due_at', kf.iso(r.due_at), 'attempts', r.attempts,
                        'amount_cents', r.amount_cents, 'last_error', r.last_error)
                   FROM kf.refund r WHERE r.tenant_id = p_tenant AND r.payment_id = p.payment_id))
    FROM kf.payment p
    WHERE p.tenant_id = p_tenant
      AND (NOT p_stuck OR p.state IN ('credit', 'refund_due') OR p.returning_cents > 0
           OR (p.status = 'PENDING' AND p.created_at < kf.now() - interval '1 hour'))
    ORDER BY p.created_at DESC, p.payment_id DESC
    LIMIT p_limit;
END
$$;
