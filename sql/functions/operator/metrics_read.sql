-- The state of the whole database, for the operator: metrics, the status page and the command
-- read these rows every few seconds. So each part uses a partial index of open rows; finished rows are
-- never counted. n: the number; age_s: seconds that the oldest has waited since it was due.
--   queue    label: the queue; state: due, open (due or not yet), dead (given up in seven days)
--   money    label: why it needs a person
--   attempt  label: provider; open payment attempts
--   calendar label: connected, failing, broken
--   endpoint label: disabled (addresses of merchants that said they are gone), failing (merchants whose system
--            has not taken a message twice)
--   tenant   label: status
--   standing label: mails_stopped, approval (businesses), bounces, reports (mails of the last seven days)
--   worker   label: machine; age_s: since the last sign of life of an httpd's background work there (kf.worker_seen)
--   job      label: machine; state: job; age_s: since it last succeeded there (null: never)
--   trouble  label: machine; state: the problem; age_s: its duration
--   jobs     label: off; n: 1 where background work is switched off in this database
--   server   label: httpd (machine/process); state: keys (n: how many another httpd knows and it does not), closed or
--            full (its folder of pictures); of the last minute; age_s: since its sign of life
--   key      label: id of a key that seals secrets of merchants
--   database label: size (n: bytes), clock (n: microseconds since 1970 by the database's machine)
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.metrics_read()
RETURNS TABLE (family text, label text, state text, n bigint, age_s bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp SET jit = off
AS $$
    WITH open (queue, due_at) AS (
        SELECT 'callbacks', o.next_attempt_at FROM kf.outbox o
        WHERE o.state IN ('due', 'sending') AND NOT EXISTS (
            SELECT FROM kf.callback_endpoint e WHERE e.tenant_id = o.tenant_id
              AND e.endpoint_id = coalesce(o.endpoint_id, o.tenant_id) AND e.disabled_at IS NOT NULL)
        UNION ALL SELECT 'mails', m.next_attempt_at FROM kf.mail m WHERE m.state IN ('due', 'sending')
        UNION ALL SELECT 'events', e.next_attempt_at FROM kf.webhook_event e WHERE e.processed_at IS NULL
        UNION ALL SELECT 'polls', a.next_poll_at FROM kf.payment_attempt a WHERE a.state = 'open'
        UNION ALL SELECT 'refunds', r.next_attempt_at FROM kf.refund r WHERE r.state IN ('due', 'running')
        UNION ALL SELECT 'reminders', r.due_at FROM kf.reminder r WHERE r.state = 'due'
        UNION ALL SELECT 'waiting', f.created_at FROM kf.freed f
        UNION ALL SELECT 'holds', c.expires_at FROM kf.claim c WHERE c.state = 'held'
        UNION ALL SELECT 'unpaid', b.hold_expires_at FROM kf.booking b WHERE b.status = 'pending'
        UNION ALL SELECT 'calendar_reads', y.next_read_at
        FROM kf.calendar_busy y
        JOIN kf.calendar_connection c USING (tenant_id, connection_id) JOIN kf.tenant t USING (tenant_id)
        WHERE c.state = 'connected' AND t.status = 'active'
        UNION ALL SELECT 'calendar_events', x.next_attempt_at
        FROM kf.calendar_event x
        JOIN kf.calendar_connection c USING (tenant_id, connection_id) JOIN kf.tenant t USING (tenant_id)
        WHERE x.state IN ('due', 'sending') AND c.state = 'connected' AND t.status = 'active'
        UNION ALL SELECT 'calendar_syncs', s.sync_due_at
        FROM kf.calendar_source s
        JOIN kf.calendar_connection c USING (tenant_id, connection_id) JOIN kf.tenant t USING (tenant_id)
        WHERE s.sync_due_at IS NOT NULL AND c.state = 'connected' AND t.status = 'active'
        UNION ALL SELECT 'calendar_channels', s.channel_due_at
        FROM kf.calendar_source s
        JOIN kf.calendar_connection c USING (tenant_id, connection_id) JOIN kf.tenant t USING (tenant_id)
        WHERE s.channel_due_at IS NOT NULL AND c.state = 'connected' AND t.status = 'active'
    ), queues AS (
        SELECT q.queue, count(o.due_at) AS n, count(o.due_at) FILTER (WHERE o.due_at <= kf.now()) AS due,
               min(o.due_at) FILTER (WHERE o.due_at <= kf.now()) AS oldest
        FROM unnest(ARRAY['callbacks', 'mails', 'events', 'polls', 'refunds', 'reminders', 'waiting', 'holds',
                          'unpaid', 'calendar_reads', 'calendar_events', 'calendar_syncs', 'calendar_channels'])
             AS q(queue)
        LEFT JOIN open o USING (queue)
        GROUP BY q.queue
    ), money (reason, since) AS (
        SELECT 'quarantined', p.created_at FROM kf.payment p
        WHERE p.quarantine_reason IS NOT NULL AND p.resolved_at IS NULL
        UNION ALL SELECT CASE WHEN r.due_at < kf.now() THEN 'refund_overdue' ELSE 'refund_to_make' END, r.created_at
        FROM kf.refund r WHERE r.state <> 'done' AND r.state = 'manual' -- (<> 'done': an index says so)
        UNION ALL SELECT 'refund_slow', r.created_at
        FROM kf.refund r WHERE r.state IN ('due', 'running') AND r.created_at < kf.now() - interval '1 hour'
        UNION ALL SELECT 'pending', p.created_at
        FROM kf.payment_attempt a JOIN kf.payment p USING (tenant_id, attempt_id)
        WHERE a.state = 'open' AND p.status = 'PENDING' AND p.created_at < kf.now() - interval '1 hour'
        UNION ALL SELECT 'unanswered', a.created_at
        FROM kf.payment_attempt a WHERE a.state = 'open' AND a.last_error IS NOT NULL AND a.polls > 2
    ), signs AS (
        SELECT split_part(m.key, '/', 2) AS node, v.sign, a.age,
               rank() OVER (PARTITION BY split_part(m.key, '/', 2) ORDER BY a.age) AS nth
        FROM kf.meta m,
             LATERAL (SELECT m.value::jsonb) AS v(sign),
             LATERAL (SELECT greatest(extract(epoch FROM clock_timestamp()) - (v.sign->>'at')::numeric, 0)::bigint) AS a(age)
        WHERE m.key LIKE 'worker/%'
    ), workers AS ( -- of a machine those of the last minute, or its last one: signs of ended httpds are obsolete
        SELECT s.node, s.sign, s.age FROM signs s WHERE s.age < 60 OR s.nth = 1
    ), machines AS (
        SELECT w.node, min(w.age) AS age FROM workers w GROUP BY w.node ORDER BY 2 LIMIT 8
    ), servers AS (
        SELECT s.node || '/' || s.process AS server, s.kids, s.pictures, s.age_s FROM kf.servers_seen() s LIMIT 16
    ), sealed (secret) AS (
        SELECT unnest(ARRAY[a.private_key_sealed, a.integrity_secret_sealed, a.events_secret_sealed])
        FROM kf.payment_account a
        UNION ALL SELECT s.sealed FROM kf.callback_secret s
        UNION ALL SELECT c.refresh_token_sealed FROM kf.calendar_connection c
        UNION ALL SELECT h.secret_sealed FROM kf.mail_channel h
        UNION ALL SELECT s.totp_sealed FROM kf.staff s WHERE s.totp_sealed IS NOT NULL
    )
    SELECT 'queue', q.queue, 'due', q.due, extract(epoch FROM kf.now() - q.oldest)::bigint FROM queues q
    UNION ALL SELECT 'queue', q.queue, 'open', q.n, NULL FROM queues q
    UNION ALL SELECT 'queue', 'callbacks', 'dead', count(*), NULL
    FROM kf.outbox o WHERE o.state = 'dead' AND o.created_at > kf.now() - interval '7 days'
    UNION ALL SELECT 'queue', 'mails', 'dead', count(*), NULL
    FROM kf.mail m WHERE m.state = 'dead' AND m.created_at > kf.now() - interval '7 days'
    UNION ALL SELECT 'money', w.reason, NULL, count(m.since), extract(epoch FROM kf.now() - min(m.since))::bigint
    FROM unnest(ARRAY['quarantined', 'refund_to_make', 'refund_overdue', 'refund_slow', 'pending', 'unanswered'])
         AS w(reason)
    LEFT JOIN money m USING (reason) GROUP BY w.reason
    UNION ALL SELECT 'attempt', a.provider, 'open', count(*), NULL
    FROM kf.payment_attempt a WHERE a.state = 'open' GROUP BY a.provider
    UNION ALL SELECT 'calendar', x.label, NULL, x.n, NULL
    FROM (SELECT count(*) FILTER (WHERE c.state = 'connected') AS connected,
                 count(*) FILTER (WHERE c.state = 'error') AS broken,
                 count(*) FILTER (WHERE c.state = 'connected' AND EXISTS (
                     SELECT FROM kf.calendar_busy b WHERE b.tenant_id = c.tenant_id
                       AND b.professional_id = c.professional_id AND b.connection_id = c.connection_id
                       AND b.failed_at IS NOT NULL)) AS failing
          FROM kf.calendar_connection c WHERE c.state <> 'disconnected') k,
         LATERAL (VALUES ('connected', k.connected), ('failing', k.failing), ('broken', k.broken)) AS x(label, n)
    UNION ALL SELECT 'endpoint', 'disabled', NULL, count(*), NULL
    FROM kf.callback_endpoint e WHERE e.disabled_at IS NOT NULL
    UNION ALL SELECT 'endpoint', 'failing', NULL, count(DISTINCT o.tenant_id), NULL
    FROM kf.outbox o
    WHERE o.state IN ('due', 'sending') AND o.attempts > 1 AND NOT EXISTS (
        SELECT FROM kf.callback_endpoint e WHERE e.tenant_id = o.tenant_id
          AND e.endpoint_id = coalesce(o.endpoint_id, o.tenant_id) AND e.disabled_at IS NOT NULL)
    UNION ALL SELECT 'tenant', s.status, NULL, count(t.tenant_id), NULL
    FROM unnest(ARRAY['active', 'suspended']) AS s(status) LEFT JOIN kf.tenant t USING (status) GROUP BY s.status
    UNION ALL SELECT 'standing', x.label, NULL, x.n, NULL
    FROM (SELECT count(*) FILTER (WHERE t.mail_stopped_at IS NOT NULL) AS stopped,
                 count(*) FILTER (WHERE t.approval_asked_at IS NOT NULL) AS approval FROM kf.tenant t) k,
         (SELECT coalesce(sum(d.bounces), 0) AS bounces, coalesce(sum(d.reports), 0) AS reports
          FROM kf.mail_day d WHERE d.day > ((kf.now() - interval '7 days') AT TIME ZONE 'UTC')::date) w,
         LATERAL (VALUES ('mails_stopped', k.stopped), ('approval', k.approval), ('bounces', w.bounces), ('reports', w.reports))
             AS x(label, n)
    UNION ALL SELECT 'worker', x.node, NULL, NULL, x.age FROM machines x
    UNION ALL SELECT 'job', x.node, j.key, NULL, min(CASE WHEN j.value <> 'null' THEN w.age + j.value::text::bigint END)
    FROM machines x JOIN workers w USING (node), LATERAL jsonb_each(w.sign->'jobs') j GROUP BY x.node, j.key
    UNION ALL SELECT 'trouble', x.node, j.key, NULL, max(w.age + j.value::text::bigint)
    FROM machines x JOIN workers w USING (node), LATERAL jsonb_each(w.sign->'troubles') j
    WHERE w.age < 60 GROUP BY x.node, j.key
    UNION ALL SELECT 'jobs', 'off', NULL, count(*), NULL FROM kf.meta m WHERE m.key = 'jobs' AND m.value = 'off'
    UNION ALL SELECT 'server', s.server, 'keys', count(k.kid), s.age_s
    FROM servers s
    LEFT JOIN (SELECT DISTINCT jsonb_array_elements_text(o.kids) FROM servers o) AS k(kid) ON NOT s.kids ? k.kid
    GROUP BY s.server, s.age_s
    UNION ALL SELECT 'server', s.server, s.pictures, NULL, s.age_s FROM servers s WHERE s.pictures IS NOT NULL
    UNION ALL SELECT 'key', split_part(s.secret, '.', 2), NULL, count(*), NULL
    FROM sealed s WHERE s.secret IS NOT NULL GROUP BY 2
    UNION ALL SELECT 'database', 'size', NULL, pg_database_size(current_database()), NULL
    UNION ALL SELECT 'database', 'clock', NULL, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, NULL
$$;
REVOKE ALL ON FUNCTION kf.metrics_read FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.metrics_read TO konfirmado_app, konfirmado_owner;
RESET ROLE;
