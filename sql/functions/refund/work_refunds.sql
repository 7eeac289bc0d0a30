-- Leases refunds to be made (or looked after) at the provider, the tenants in turn. Whoever gets one
-- that is no void of a whole payment (once) may ask for it at once, and nobody ever after (asked: it was leased
-- for that before): a second request would be a second refund.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_refunds(p_limit int, p_lease_s int)
RETURNS TABLE (tenant_id uuid, refund_id uuid, payment_id uuid, provider text, tx_id text, amount_cents bigint,
               currency text, can_void boolean, attempts int, once boolean, asked boolean, provider_ref text, mode text, public_key text,
               private_key_sealed text, integrity_secret_sealed text, events_secret_sealed text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('work_refunds', 0));
    RETURN QUERY
    WITH RECURSIVE tenants (id) AS (
        (SELECT x.tenant_id FROM kf.refund x WHERE x.state IN ('due', 'running') ORDER BY x.tenant_id LIMIT 1)
        UNION ALL
        SELECT (SELECT x.tenant_id FROM kf.refund x WHERE x.state IN ('due', 'running') AND x.tenant_id > tenants.id
                ORDER BY x.tenant_id LIMIT 1)
        FROM tenants WHERE tenants.id IS NOT NULL
    ), picked AS (
        SELECT q.* FROM tenants, LATERAL (
            SELECT x.tenant_id, x.refund_id, row_number() OVER (ORDER BY x.next_at) AS n, x.next_at
            FROM (SELECT x.tenant_id, x.refund_id, x.next_attempt_at AS next_at FROM kf.refund x
                  WHERE x.tenant_id = tenants.id AND x.state IN ('due', 'running') AND x.next_attempt_at <= v_now
                  ORDER BY x.next_attempt_at LIMIT p_limit) x) q
        ORDER BY q.n, q.next_at LIMIT p_limit
    ), locked AS MATERIALIZED (
        SELECT x.tenant_id, x.refund_id FROM kf.refund x JOIN picked USING (tenant_id, refund_id)
        WHERE x.state IN ('due', 'running') AND x.next_attempt_at <= v_now
        FOR UPDATE OF x SKIP LOCKED
    ), before AS (
        SELECT x.tenant_id, x.refund_id, kf.refund_once(x.amount_cents, p) AS once,
               kf.refund_once(x.amount_cents, p) AND x.asked_at IS NOT NULL AS asked
        FROM kf.refund x JOIN locked USING (tenant_id, refund_id) JOIN kf.payment p USING (tenant_id, payment_id)
    ), leased AS (
        UPDATE kf.refund x
        SET asked_at = CASE WHEN before.once THEN coalesce(x.asked_at, v_now) ELSE x.asked_at END,
            attempts = x.attempts + 1, lease_until = v_now + make_interval(secs => p_lease_s),
            next_attempt_at = v_now + make_interval(secs => p_lease_s)
        FROM before WHERE x.tenant_id = before.tenant_id AND x.refund_id = before.refund_id
        RETURNING x.*, before.once, before.asked
    )
    SELECT x.tenant_id, x.refund_id, x.payment_id, p.provider, p.provider_tx_id, x.amount_cents,
           x.currency, p.can_void, x.attempts, x.once, x.asked, x.provider_ref, c.mode, c.public_key, c.private_key_sealed,
           c.integrity_secret_sealed, c.events_secret_sealed
    FROM leased x
    JOIN kf.payment p ON p.tenant_id = x.tenant_id AND p.payment_id = x.payment_id
    LEFT JOIN kf.payment_attempt a ON a.tenant_id = p.tenant_id AND a.attempt_id = p.attempt_id
    LEFT JOIN kf.payment_account c
        ON c.tenant_id = x.tenant_id AND c.provider = p.provider
       AND CASE WHEN a.mode IS NULL THEN c.active ELSE c.mode = a.mode END;
END
$$;
REVOKE ALL ON FUNCTION kf.work_refunds FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_refunds TO konfirmado_app, konfirmado_owner;
RESET ROLE;
