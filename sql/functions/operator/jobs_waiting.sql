-- The rows that the background work would process now, of all tenants, by queue: for a check of a restored copy before
-- its jobs are turned on.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.jobs_waiting() RETURNS TABLE (queue text, due bigint, later bigint, oldest timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
    WITH waiting (queue, at) AS (
        SELECT 'mails', x.next_attempt_at FROM kf.mail x WHERE x.state IN ('due', 'sending')
        UNION ALL
        SELECT 'callbacks', x.next_attempt_at FROM kf.outbox x WHERE x.state IN ('due', 'sending')
        UNION ALL
        SELECT 'refunds', x.next_attempt_at FROM kf.refund x WHERE x.state IN ('due', 'running')
        UNION ALL
        SELECT 'payments to ask about', x.next_poll_at FROM kf.payment_attempt x WHERE x.state = 'open'
        UNION ALL
        SELECT 'payment events', x.next_attempt_at FROM kf.webhook_event x WHERE x.processed_at IS NULL
        UNION ALL
        SELECT 'calendar events', x.next_attempt_at FROM kf.calendar_event x WHERE x.state IN ('due', 'sending')
        UNION ALL
        SELECT 'reminders', x.due_at FROM kf.reminder x WHERE x.state = 'due'
    )
    SELECT w.queue, count(*) FILTER (WHERE w.at <= kf.now()), count(*) FILTER (WHERE w.at > kf.now()), min(w.at)
    FROM waiting w GROUP BY w.queue ORDER BY w.queue
$$;
REVOKE ALL ON FUNCTION kf.jobs_waiting FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.jobs_waiting TO konfirmado_app, konfirmado_owner;
RESET ROLE;
