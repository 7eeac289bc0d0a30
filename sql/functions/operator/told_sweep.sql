-- Deletes finished data after its time (kf.kept_for): events of payment providers, messages to merchants' systems with
-- their sendings, mails. Waiting rows stay. Locked rows are left for later. Returns the largest count of one kind, at
-- most p_limit each.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.told_sweep(p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_events int;
    v_mails int;
BEGIN
    WITH old AS MATERIALIZED (
        SELECT x.tenant_id, x.event_id FROM kf.webhook_event x
        WHERE x.processed_at <= v_now - kf.kept_for('event')
        ORDER BY x.processed_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    )
    DELETE FROM kf.webhook_event e USING old WHERE e.tenant_id = old.tenant_id AND e.event_id = old.event_id;
    GET DIAGNOSTICS v_events = ROW_COUNT;
    WITH old AS MATERIALIZED (
        SELECT x.tenant_id, x.mail_id FROM kf.mail x
        WHERE x.state IN ('sent', 'skipped', 'dead')
          AND greatest(x.useful_until, x.sent_at, x.created_at) <= v_now - kf.kept_for('mail')
        ORDER BY greatest(x.useful_until, x.sent_at, x.created_at) LIMIT p_limit FOR UPDATE SKIP LOCKED
    )
    DELETE FROM kf.mail m USING old WHERE m.tenant_id = old.tenant_id AND m.mail_id = old.mail_id;
    GET DIAGNOSTICS v_mails = ROW_COUNT;
    PERFORM kf.mail_counts_sweep(p_limit);
    RETURN greatest(v_events, v_mails, kf.message_sweep(p_limit));
END
$$;

-- Deletes messages with their sendings, which are first added up by day in the tenant's zone for the figures.
CREATE OR REPLACE FUNCTION kf.message_sweep(p_limit int) RETURNS int
LANGUAGE plpgsql
AS $$
DECLARE
    v_count int;
BEGIN
    WITH old AS MATERIALIZED (
        SELECT x.tenant_id, x.message_id FROM kf.outbox x
        WHERE x.state IN ('done', 'dead') AND coalesce(x.done_at, x.created_at) <= kf.now() - kf.kept_for('message')
        ORDER BY coalesce(x.done_at, x.created_at) LIMIT p_limit FOR UPDATE SKIP LOCKED
    ), sendings AS (
        DELETE FROM kf.callback_attempt a USING old
        WHERE a.tenant_id = old.tenant_id AND a.message_id = old.message_id
        RETURNING a.tenant_id, a.at, a.status
    ), counted AS (
        INSERT INTO kf.daily_figure AS f (tenant_id, day, measure, value)
        SELECT s.tenant_id, (s.at AT TIME ZONE t.time_zone)::date, m.measure,
               count(*) FILTER (WHERE m.measure = 'callbacks_sent' OR s.status BETWEEN 200 AND 299)
        FROM sendings s JOIN kf.tenant t USING (tenant_id), (VALUES ('callbacks_sent'), ('callbacks_delivered')) m(measure)
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (tenant_id, day, measure) DO UPDATE SET value = f.value + EXCLUDED.value
    )
    DELETE FROM kf.outbox o USING old WHERE o.tenant_id = old.tenant_id AND o.message_id = old.message_id;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;

-- Deletes counts of mails a month old, and expired rows of free bookings.
CREATE OR REPLACE FUNCTION kf.mail_counts_sweep(p_limit int) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_old timestamptz := kf.now() - kf.kept_for('mail');
BEGIN
    DELETE FROM kf.mail_hour h WHERE h.hour < kf.now() - interval '2 days';
    WITH old AS MATERIALIZED (
        SELECT r.tenant_id, r.subject FROM kf.mail_recipient r WHERE r.first_at < v_old
        ORDER BY r.first_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    )
    DELETE FROM kf.mail_recipient r USING old WHERE r.tenant_id = old.tenant_id AND r.subject = old.subject;
    DELETE FROM kf.mail_day d WHERE d.day < v_old::date;
    DELETE FROM kf.mail_report r WHERE r.reported_at < v_old;
    WITH old AS MATERIALIZED (
        SELECT a.subject FROM kf.free_address a WHERE a.until <= kf.now()
        ORDER BY a.until LIMIT p_limit FOR UPDATE SKIP LOCKED
    )
    DELETE FROM kf.free_address a USING old WHERE a.subject = old.subject;
END
$$;
REVOKE ALL ON FUNCTION kf.told_sweep, kf.message_sweep, kf.mail_counts_sweep FROM PUBLIC;
REVOKE ALL ON FUNCTION kf.message_sweep FROM konfirmado_app;
GRANT EXECUTE ON FUNCTION kf.told_sweep TO konfirmado_app, konfirmado_owner;
RESET ROLE;
