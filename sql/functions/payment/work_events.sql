-- Leases events that wait for their re-read, the tenants in turn: each one's oldest first.
-- A due row whose lease ran out is due again, since the lease moves next_attempt_at.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_events(p_limit int, p_lease_s int)
RETURNS TABLE (tenant_id uuid, event_id uuid, provider text, tx_id text, reference text, attempts int,
               mode text, public_key text, private_key_sealed text, integrity_secret_sealed text,
               events_secret_sealed text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('work_events', 0));
    RETURN QUERY
    WITH RECURSIVE tenants (id) AS (
        (SELECT x.tenant_id FROM kf.webhook_event x WHERE x.processed_at IS NULL ORDER BY x.tenant_id LIMIT 1)
        UNION ALL
        SELECT (SELECT x.tenant_id FROM kf.webhook_event x WHERE x.processed_at IS NULL AND x.tenant_id > tenants.id
                ORDER BY x.tenant_id LIMIT 1)
        FROM tenants WHERE tenants.id IS NOT NULL
    ), picked AS (
        SELECT q.* FROM tenants, LATERAL (
            SELECT x.tenant_id, x.event_id, row_number() OVER (ORDER BY x.next_at) AS n, x.next_at
            FROM (SELECT x.tenant_id, x.event_id, x.next_attempt_at AS next_at FROM kf.webhook_event x
                  WHERE x.tenant_id = tenants.id AND x.processed_at IS NULL AND x.next_attempt_at <= v_now
                  ORDER BY x.next_attempt_at LIMIT p_limit) x) q
        ORDER BY q.n, q.next_at LIMIT p_limit
    ), locked AS MATERIALIZED (
        SELECT x.tenant_id, x.event_id FROM kf.webhook_event x JOIN picked USING (tenant_id, event_id)
        WHERE x.processed_at IS NULL AND x.next_attempt_at <= v_now
        FOR UPDATE OF x SKIP LOCKED
    ), leased AS (
        UPDATE kf.webhook_event x
        SET attempts = x.attempts + 1, lease_until = v_now + make_interval(secs => p_lease_s),
            next_attempt_at = v_now + make_interval(secs => p_lease_s)
        FROM locked WHERE x.tenant_id = locked.tenant_id AND x.event_id = locked.event_id
        RETURNING x.*
    )
    SELECT x.tenant_id, x.event_id, x.provider, x.tx_id, x.reference, x.attempts, c.mode, c.public_key,
           c.private_key_sealed, c.integrity_secret_sealed, c.events_secret_sealed
    FROM leased x
    LEFT JOIN kf.payment_attempt a
        ON a.tenant_id = x.tenant_id AND a.provider = x.provider AND a.reference = x.reference
    -- The account of the attempt, or, for a reference that is not ours, the active one.
    LEFT JOIN kf.payment_account c
        ON c.tenant_id = x.tenant_id AND c.provider = x.provider
       AND CASE WHEN a.mode IS NULL THEN c.active ELSE c.mode = a.mode END;
END
$$;
REVOKE ALL ON FUNCTION kf.work_events FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_events TO konfirmado_app, konfirmado_owner;
RESET ROLE;
