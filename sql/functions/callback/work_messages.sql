-- Leases messages to merchants, in the forms that the worker can make. A tenant has at most p_per_tenant in flight,
-- shared evenly among its addresses with due messages, so that one that hangs does not use the turns of the others. For
-- a booking and address at most one message is in flight, the lowest version that is due. Addresses with the fewest in
-- flight come first, so that a slow merchant does not delay others. The first sending includes a meeting URL that the
-- calendar has made by then.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_messages(p_limit int, p_lease_s int, p_per_tenant int, p_forms text[])
RETURNS TABLE (tenant_id uuid, message_id text, booking_id uuid, event text, version int,
               facts jsonb, body bytea, attempts int, url text, secrets text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    RETURN QUERY
    SELECT x.tenant_id, x.message_id, x.booking_id, x.event, x.version,
           CASE WHEN x.body IS NULL THEN x.facts || coalesce((
               SELECT jsonb_build_object('meeting_url', c.meeting_url) FROM kf.calendar_event c
               WHERE c.tenant_id = x.tenant_id AND c.booking_id = x.booking_id AND c.wanted = 'present'
                 AND c.meeting_url IS NOT NULL
               ORDER BY c.n DESC LIMIT 1), '{}') ELSE x.facts END,
           x.body, x.attempts, x.url,
           ARRAY(SELECT s.sealed FROM kf.callback_secret s
                 WHERE s.tenant_id = x.tenant_id
                   AND coalesce(s.endpoint_id, s.tenant_id) = coalesce(x.endpoint_id, x.tenant_id)
                   AND (s.expires_at IS NULL OR s.expires_at > v_now)
                 ORDER BY s.created_at DESC, s.secret_id DESC)
    FROM kf.lease_messages(p_limit, p_lease_s, p_per_tenant, p_forms) x;
END
$$;

-- Picks the messages by the rules above.
CREATE OR REPLACE FUNCTION kf.messages_pick(p_limit int, p_per_tenant int, p_forms text[])
RETURNS TABLE (tenant_id uuid, message_id text)
LANGUAGE plpgsql STABLE ROWS 20
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    RETURN QUERY
    WITH RECURSIVE places (id, endpoint) AS (
        (SELECT x.tenant_id, coalesce(x.endpoint_id, x.tenant_id) FROM kf.outbox x WHERE x.state IN ('due', 'sending')
         ORDER BY x.tenant_id, coalesce(x.endpoint_id, x.tenant_id) LIMIT 1)
        UNION ALL
        SELECT n.id, n.endpoint
        FROM places, LATERAL (
            SELECT x.tenant_id AS id, coalesce(x.endpoint_id, x.tenant_id) AS endpoint FROM kf.outbox x
            WHERE x.state IN ('due', 'sending')
              AND (x.tenant_id, coalesce(x.endpoint_id, x.tenant_id)) > (places.id, places.endpoint)
            ORDER BY x.tenant_id, coalesce(x.endpoint_id, x.tenant_id) LIMIT 1) n
    ), loads AS (
        SELECT p.id, p.endpoint, greatest(p_per_tenant / (count(*) OVER (PARTITION BY p.id))::int, 1) AS most,
               (SELECT count(*) FROM kf.outbox x
                WHERE x.tenant_id = p.id AND coalesce(x.endpoint_id, x.tenant_id) = p.endpoint AND x.state = 'sending'
                  AND x.next_attempt_at > v_now) AS flying
        FROM places p
        WHERE NOT EXISTS (SELECT FROM kf.callback_endpoint e
                          WHERE e.tenant_id = p.id AND e.endpoint_id = p.endpoint AND e.disabled_at IS NOT NULL)
    )
    SELECT q.tenant_id, q.message_id FROM loads, LATERAL (
        SELECT x.tenant_id, x.message_id, x.next_attempt_at AS next_at,
               loads.flying + row_number() OVER (ORDER BY x.next_attempt_at, x.version) AS n
        FROM kf.outbox x
        WHERE x.tenant_id = loads.id AND coalesce(x.endpoint_id, x.tenant_id) = loads.endpoint
          AND x.state IN ('due', 'sending') AND x.next_attempt_at <= v_now
          AND coalesce(x.facts->>'form', 'full') = ANY (p_forms)
          AND NOT EXISTS (
              SELECT FROM kf.outbox y
              WHERE y.tenant_id = x.tenant_id AND y.booking_id = x.booking_id
                AND coalesce(y.endpoint_id, y.tenant_id) = loads.endpoint
                AND (y.state = 'sending' AND y.next_attempt_at > v_now
                     OR y.state IN ('due', 'sending') AND y.next_attempt_at <= v_now
                        AND (y.version, y.message_id) < (x.version, x.message_id)))
        ORDER BY x.next_attempt_at, x.version
        LIMIT greatest(loads.most - loads.flying, 0)) q
    ORDER BY q.n, q.next_at LIMIT p_limit;
END
$$;
REVOKE ALL ON FUNCTION kf.messages_pick FROM PUBLIC;

-- For workers of the previous release, which only make full bodies.
CREATE OR REPLACE FUNCTION kf.work_messages(p_limit int, p_lease_s int, p_per_tenant int)
RETURNS TABLE (tenant_id uuid, message_id text, booking_id uuid, event text, version int,
               facts jsonb, body bytea, attempts int, url text, secrets text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY SELECT * FROM kf.work_messages(p_limit, p_lease_s, p_per_tenant, ARRAY['full']);
END
$$;
REVOKE ALL ON FUNCTION kf.work_messages(int, int, int, text[]), kf.work_messages(int, int, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_messages(int, int, int, text[]), kf.work_messages(int, int, int)
    TO konfirmado_app, konfirmado_owner;
RESET ROLE;
