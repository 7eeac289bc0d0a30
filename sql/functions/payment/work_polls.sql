-- Leases open attempts whose turn it is to be asked about at the provider, the tenants in turn.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_polls(p_limit int, p_lease_s int)
RETURNS TABLE (tenant_id uuid, attempt_id uuid, booking_id uuid, provider text, reference text, tx_hint text,
               mode text, public_key text, private_key_sealed text, integrity_secret_sealed text,
               events_secret_sealed text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('work_polls', 0));
    RETURN QUERY
    WITH RECURSIVE tenants (id) AS (
        (SELECT x.tenant_id FROM kf.payment_attempt x WHERE x.state = 'open' ORDER BY x.tenant_id LIMIT 1)
        UNION ALL
        SELECT (SELECT x.tenant_id FROM kf.payment_attempt x WHERE x.state = 'open' AND x.tenant_id > tenants.id
                ORDER BY x.tenant_id LIMIT 1)
        FROM tenants WHERE tenants.id IS NOT NULL
    ), picked AS (
        SELECT q.* FROM tenants, LATERAL (
            SELECT x.tenant_id, x.attempt_id, row_number() OVER (ORDER BY x.next_at) AS n, x.next_at
            FROM (SELECT x.tenant_id, x.attempt_id, x.next_poll_at AS next_at FROM kf.payment_attempt x
                  WHERE x.tenant_id = tenants.id AND x.state = 'open' AND x.next_poll_at <= v_now
                  ORDER BY x.next_poll_at LIMIT p_limit) x) q
        ORDER BY q.n, q.next_at LIMIT p_limit
    ), locked AS MATERIALIZED (
        SELECT x.tenant_id, x.attempt_id FROM kf.payment_attempt x JOIN picked USING (tenant_id, attempt_id)
        WHERE x.state = 'open' AND x.next_poll_at <= v_now
        FOR UPDATE OF x SKIP LOCKED
    ), leased AS (
        UPDATE kf.payment_attempt x
        SET polls = x.polls + 1, polled_at = v_now, lease_until = v_now + make_interval(secs => p_lease_s),
            next_poll_at = v_now + make_interval(secs => p_lease_s)
        FROM locked WHERE x.tenant_id = locked.tenant_id AND x.attempt_id = locked.attempt_id
        RETURNING x.*
    )
    SELECT x.tenant_id, x.attempt_id, x.booking_id, x.provider, x.reference, x.tx_hint, c.mode,
           c.public_key, c.private_key_sealed, c.integrity_secret_sealed, c.events_secret_sealed
    FROM leased x
    JOIN kf.payment_account c
        ON c.tenant_id = x.tenant_id AND c.provider = x.provider AND c.mode = x.mode;
END
$$;
REVOKE ALL ON FUNCTION kf.work_polls FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_polls TO konfirmado_app, konfirmado_owner;
RESET ROLE;
