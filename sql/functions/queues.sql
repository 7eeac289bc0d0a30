-- The queues. Each line makes kf.lease_NAME(p_limit, p_lease_s), which leases due rows and returns them as leased.
-- kf.work_* add the data that a worker needs. A lease is the only lock: its holder has the row until the lease ends,
-- then another worker may get it. Rows that another transaction has locked are left for the next time.
--
--   name       of the function
--   tab        the table
--   key, key2  its key, beside tenant_id
--   waits      condition for waiting rows (covered by an index of the table); null: `due` is not null
--   due        column with the time when a row is due
--   lease      column with the end of the lease. null: lease_until, and the lease moves `due` too, so that a row is due
--              again when its lease ends
--   ready      further condition; null: none
--   sets       further assignments of the lease; null: none
--   pick       null: the longest waiting first. 'turns': the tenants in turn, each one's longest waiting first. Else a
--              statement that picks rows by key. One worker picks at a time, under an advisory lock, because two would
--              pick the same rows
--   args       further arguments of the function
SET ROLE konfirmado_directory;
DO $make$
DECLARE
    q record;
    v_part record;
    v_sql text;
    -- x is the row
    v_live text := $$EXISTS (SELECT FROM kf.calendar_connection c JOIN kf.tenant t ON t.tenant_id = c.tenant_id
                      WHERE c.tenant_id = x.tenant_id AND c.connection_id = x.connection_id
                        AND c.state = 'connected' AND t.status = 'active')$$;
    v_turns text := $$WITH RECURSIVE tenants (id) AS (
            (SELECT x.tenant_id FROM kf.<tab> x WHERE <waits> ORDER BY x.tenant_id LIMIT 1)
            UNION ALL
            SELECT (SELECT x.tenant_id FROM kf.<tab> x WHERE <waits> AND x.tenant_id > tenants.id
                    ORDER BY x.tenant_id LIMIT 1)
            FROM tenants WHERE tenants.id IS NOT NULL
        )
        SELECT p.tenant_id, p.<key> FROM tenants, LATERAL (
            SELECT y.*, row_number() OVER (ORDER BY y.due) AS n
            FROM (SELECT x.tenant_id, x.<key>, x.<due> AS due FROM kf.<tab> x
                  WHERE x.tenant_id = tenants.id AND <waits> AND x.<due> <= v_now
                  ORDER BY x.<due> LIMIT p_limit) y) p
        ORDER BY p.n, p.due LIMIT p_limit$$;
    v_lease text := $t$CREATE OR REPLACE FUNCTION kf.lease_<name>(p_limit int, p_lease_s int<args>) RETURNS SETOF kf.<tab>
LANGUAGE plpgsql ROWS 20
AS $f$
DECLARE
    v_now timestamptz := kf.now();
    v_until timestamptz := v_now + make_interval(secs => p_lease_s);
BEGIN
    <alone>
    RETURN QUERY
    WITH <picked>locked AS MATERIALIZED (
        SELECT <keys> FROM kf.<tab> x <join>
        WHERE <ready>
        <first> FOR NO KEY UPDATE OF x SKIP LOCKED
    ), leased AS (
        UPDATE kf.<tab> x SET <sets> FROM locked l WHERE <same>
        RETURNING x.*
    )
    SELECT * FROM leased;
END
$f$$t$;
BEGIN
    FOR q IN
        SELECT v.name, v.tab, v.key, v.waits, v.due, v.args,
               CASE v.pick WHEN 'turns' THEN v_turns ELSE v.pick END AS pick,
               format('x.tenant_id, x.%s', v.key) || coalesce(', x.' || v.key2, '') AS keys,
               format('x.tenant_id = l.tenant_id AND x.%1$s = l.%1$s', v.key)
                   || coalesce(' AND x.' || v.key2 || ' = l.' || v.key2, '') AS same,
               concat_ws(' AND ', v.waits, format('x.%s <= v_now', v.due),
                         '(x.' || v.lease || ' IS NULL OR x.' || v.lease || ' <= v_now)', v.ready) AS ready,
               concat_ws(', ', coalesce(v.lease, 'lease_until') || ' = v_until',
                         CASE WHEN v.lease IS NULL THEN v.due || ' = v_until' END, v.sets) AS sets,
               CASE WHEN v.pick IS NULL THEN format('ORDER BY x.%s LIMIT p_limit', v.due) END AS first,
               CASE WHEN v.pick IS NOT NULL THEN format('JOIN picked USING (tenant_id, %s)', v.key) END AS join,
               CASE WHEN v.pick IS NOT NULL
                    THEN format('PERFORM pg_advisory_xact_lock(hashtextextended(%L, 0));', 'work_' || v.name) END AS alone
        FROM (VALUES
            ('events', 'webhook_event', 'event_id', NULL, 'x.processed_at IS NULL', 'next_attempt_at', NULL, NULL,
             'attempts = x.attempts + 1', 'turns', NULL),
            ('polls', 'payment_attempt', 'attempt_id', NULL, $$x.state = 'open'$$, 'next_poll_at', NULL, NULL,
             'polls = x.polls + 1, polled_at = v_now', 'turns', NULL),
            ('refunds', 'refund', 'refund_id', NULL, $$x.state IN ('due', 'running')$$, 'next_attempt_at', NULL, NULL,
             'attempts = x.attempts + 1', 'turns', NULL),
            ('messages', 'outbox', 'message_id', NULL, $$x.state IN ('due', 'sending')$$, 'next_attempt_at', NULL, NULL,
             $$state = 'sending'$$, 'SELECT * FROM kf.messages_pick(p_limit, p_per_tenant, p_forms)',
             ', p_per_tenant int, p_forms text[]'),
            ('domains', 'tenant_domain', 'domain', NULL, NULL, 'next_check_at', 'lease_until', NULL, NULL, NULL, NULL),
            ('calendar_reads', 'calendar_busy', 'professional_id', 'n', NULL, 'next_read_at', 'lease_until',
             $$EXISTS (SELECT FROM kf.calendar_connection c WHERE c.tenant_id = x.tenant_id
                        AND c.connection_id = x.connection_id AND c.state = 'connected')$$,
             'lease = gen_random_uuid()', NULL, NULL),
            ('calendar_events', 'calendar_event', 'booking_id', 'n', $$x.state IN ('due', 'sending')$$, 'next_attempt_at',
             NULL, v_live, $$state = 'sending', sending = x.wanted$$, NULL, NULL),
            -- a request for another sync meanwhile sets an earlier time
            ('calendar_syncs', 'calendar_source', 'connection_id', 'calendar_id', NULL, 'sync_due_at', 'sync_lease_until',
             v_live, 'sync_due_at = v_until', NULL, NULL),
            ('calendar_channels', 'calendar_source', 'connection_id', 'calendar_id', NULL, 'channel_due_at',
             'channel_lease_until', v_live, NULL, NULL, NULL),
            ('calendar_stops', 'calendar_channel', 'channel_id', NULL, $$x.state = 'stopping'$$, 'stop_due_at',
             'stop_lease_until', NULL, NULL, NULL, NULL),
            ('calendar_revokes', 'calendar_connection', 'connection_id', NULL, NULL, 'revoke_due_at', 'revoke_lease_until',
             'kf.calendar_revoke_ready(x)', NULL, NULL, NULL)
        ) v (name, tab, key, key2, waits, due, lease, ready, sets, pick, args)
    LOOP
        v_sql := replace(v_lease, '<picked>', coalesce('picked AS MATERIALIZED (' || q.pick || '), ', ''));
        FOR v_part IN SELECT * FROM jsonb_each_text(to_jsonb(q)) LOOP
            v_sql := replace(v_sql, format('<%s>', v_part.key), coalesce(v_part.value, ''));
        END LOOP;
        EXECUTE v_sql;
        EXECUTE format('REVOKE ALL ON FUNCTION kf.lease_%s FROM PUBLIC', q.name);
    END LOOP;
END
$make$;
RESET ROLE;
