-- Leases messages to merchants: of a tenant at most p_per_tenant in flight, of a booking at most
-- one and the lowest version that is due; tenants with the fewest in flight first, so that one
-- slow merchant holds up nobody else.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_messages(p_limit int, p_lease_s int, p_per_tenant int)
RETURNS TABLE (tenant_id uuid, message_id text, booking_id uuid, event text, version int,
               facts jsonb, body bytea, attempts int, url text, secrets text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('work_messages', 0));
    RETURN QUERY
    WITH RECURSIVE tenants (id) AS (
        (SELECT x.tenant_id FROM kf.outbox x WHERE x.state IN ('due', 'sending')
         ORDER BY x.tenant_id LIMIT 1)
        UNION ALL
        SELECT (SELECT x.tenant_id FROM kf.outbox x
                WHERE x.state IN ('due', 'sending') AND x.tenant_id > tenants.id
                ORDER BY x.tenant_id LIMIT 1)
        FROM tenants WHERE tenants.id IS NOT NULL
    ), loads AS (
        SELECT t.tenant_id AS id, (SELECT count(*) FROM kf.outbox x
            WHERE x.tenant_id = t.tenant_id AND x.state = 'sending' AND x.next_attempt_at > v_now) AS flying
        FROM tenants JOIN kf.tenant t ON t.tenant_id = tenants.id
        WHERE t.callback_disabled_at IS NULL
    ), picked AS (
        SELECT q.* FROM loads, LATERAL (
            SELECT x.tenant_id, x.message_id, x.next_attempt_at AS next_at,
                   loads.flying + row_number() OVER (ORDER BY x.next_attempt_at, x.version) AS n
            FROM kf.outbox x
            WHERE x.tenant_id = loads.id AND x.state IN ('due', 'sending') AND x.next_attempt_at <= v_now
              AND NOT EXISTS (
                  SELECT FROM kf.outbox y
                  WHERE y.tenant_id = x.tenant_id AND y.booking_id = x.booking_id
                    AND (y.state = 'sending' AND y.next_attempt_at > v_now
                         OR y.state IN ('due', 'sending') AND y.next_attempt_at <= v_now
                            AND (y.version, y.message_id) < (x.version, x.message_id)))
            ORDER BY x.next_attempt_at, x.version
            LIMIT greatest(p_per_tenant - loads.flying, 0)) q
        ORDER BY q.n, q.next_at LIMIT p_limit
    ), locked AS MATERIALIZED (
        SELECT x.tenant_id, x.message_id FROM kf.outbox x JOIN picked USING (tenant_id, message_id)
        WHERE x.state IN ('due', 'sending') AND x.next_attempt_at <= v_now
        FOR UPDATE OF x SKIP LOCKED
    ), leased AS (
        UPDATE kf.outbox x
        SET state = 'sending', lease_until = v_now + make_interval(secs => p_lease_s),
            next_attempt_at = v_now + make_interval(secs => p_lease_s)
        FROM locked WHERE x.tenant_id = locked.tenant_id AND x.message_id = locked.message_id
        RETURNING x.*
    )
    SELECT x.tenant_id, x.message_id, x.booking_id, x.event, x.version, x.facts, x.body,
           x.attempts, x.url,
           ARRAY(SELECT s.sealed FROM kf.callback_secret s
                 WHERE s.tenant_id = x.tenant_id AND (s.expires_at IS NULL OR s.expires_at > v_now)
                 ORDER BY s.created_at DESC, s.secret_id DESC)
    FROM leased x;
END
$$;
REVOKE ALL ON FUNCTION kf.work_messages FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_messages TO konfirmado_app, konfirmado_owner;
RESET ROLE;
