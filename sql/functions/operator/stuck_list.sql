-- Money that needs a person, of all tenants, the longest waiting first, for the operator. The reasons are those of
-- kf.metrics_read. No person is named; the booking's id leads to the data.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.stuck_list(p_limit int)
RETURNS TABLE (doc jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp SET jit = off
AS $$
    SELECT jsonb_build_object(
        'tenant', t.subdomain, 'tenant_id', x.tenant_id, 'reason', x.reason, 'since', kf.iso(x.since),
        'payment', x.payment_id, 'booking', x.booking_id, 'provider', x.provider, 'reference', x.reference,
        'amount_cents', x.amount_cents, 'currency', x.currency, 'error', x.error)
    FROM (
        SELECT p.tenant_id, 'quarantined' AS reason, p.created_at AS since, p.payment_id, p.booking_id, p.provider,
               p.reference, p.amount_cents, p.currency, p.quarantine_reason AS error
        FROM kf.payment p WHERE p.quarantine_reason IS NOT NULL AND p.resolved_at IS NULL
        UNION ALL
        SELECT r.tenant_id, CASE WHEN r.state <> 'manual' THEN 'refund_slow' WHEN r.due_at < kf.now() THEN 'refund_overdue'
                                 ELSE 'refund_to_make' END,
               r.created_at, p.payment_id, p.booking_id, p.provider, p.reference, r.amount_cents, r.currency, r.last_error
        FROM kf.refund r JOIN kf.payment p USING (tenant_id, payment_id)
        WHERE r.state <> 'done' AND (r.state = 'manual' OR r.created_at < kf.now() - interval '1 hour')
        UNION ALL
        SELECT p.tenant_id, 'pending', p.created_at, p.payment_id, p.booking_id, p.provider, p.reference,
               p.amount_cents, p.currency, NULL
        FROM kf.payment_attempt a JOIN kf.payment p USING (tenant_id, attempt_id)
        WHERE a.state = 'open' AND p.status = 'PENDING' AND p.created_at < kf.now() - interval '1 hour'
        UNION ALL
        SELECT a.tenant_id, 'unanswered', a.created_at, NULL, a.booking_id, a.provider, a.reference, a.amount_cents,
               a.currency, a.last_error
        FROM kf.payment_attempt a WHERE a.state = 'open' AND a.last_error IS NOT NULL AND a.polls > 2) x
    JOIN kf.tenant t USING (tenant_id)
    ORDER BY x.since, x.tenant_id LIMIT p_limit
$$;
REVOKE ALL ON FUNCTION kf.stuck_list FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.stuck_list TO konfirmado_app, konfirmado_owner;
RESET ROLE;
