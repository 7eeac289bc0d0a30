-- The result of a sending: 'sent', 'refused' (permanently) or 'failed' (to be retried). The next attempt comes up to a
-- fifth sooner (p_jitter_ppm), so that the last one stays within a day. The link's secret is deleted with the mail's
-- end. p_message_id: its Message-ID. A test of the merchant's own server is made once, and its result is stored with
-- the server.
CREATE OR REPLACE FUNCTION kf.mail_result(p_tenant uuid, p_mail uuid, p_outcome text, p_error text,
    p_jitter_ppm int, p_message_id text DEFAULT NULL) RETURNS TABLE (state text, next_attempt_at timestamptz)
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    m kf.mail;
BEGIN
    SELECT x.* INTO m FROM kf.mail x WHERE x.tenant_id = p_tenant AND x.mail_id = p_mail FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such mail');
    END IF;
    IF p_outcome = 'sent' AND m.state <> 'sent' THEN
        m.state := 'sent';
        m.sent_at := kf.now();
        m.last_error := NULL;
        m.message_id := left(p_message_id, 500);
        m.attempts := m.attempts + 1;
    ELSIF p_outcome IN ('refused', 'failed') AND m.state IN ('due', 'sending') THEN
        m.attempts := m.attempts + 1;
        m.last_error := left(p_error, 500);
        IF p_outcome = 'refused' OR m.kind = 'channel_test' OR kf.mail_delay(m.attempts) IS NULL THEN
            m.state := 'dead';
        ELSE
            m.state := 'due';
            m.next_attempt_at := kf.now() + kf.mail_delay(m.attempts)
                                 * (1 - greatest(least(p_jitter_ppm, 200000), 0) / 1000000.0);
        END IF;
    END IF; -- else a late result of a worker whose lease had ended
    UPDATE kf.mail x SET state = m.state, attempts = m.attempts, last_error = m.last_error,
           sent_at = m.sent_at, next_attempt_at = m.next_attempt_at, lease_until = NULL,
           message_id = m.message_id,
           secret_sealed = CASE WHEN m.state NOT IN ('sent', 'dead') THEN m.secret_sealed END
    WHERE x.tenant_id = p_tenant AND x.mail_id = p_mail;
    IF p_outcome = 'refused' AND m.state = 'dead' AND NOT kf.mail_is_inside(m) THEN
        INSERT INTO kf.mail_day AS d (tenant_id, day, bounces) VALUES (p_tenant, (kf.now() AT TIME ZONE 'UTC')::date, 1)
        ON CONFLICT (tenant_id, day) DO UPDATE SET bounces = d.bounces + 1;
        PERFORM kf.mail_stop(p_tenant);
    END IF;
    IF m.kind = 'channel_test' AND m.state IN ('sent', 'dead') THEN
        PERFORM kf.mail_channel_tested(p_tenant, m.state = 'sent', m.last_error);
    END IF;
    state := m.state;
    next_attempt_at := m.next_attempt_at;
    RETURN NEXT;
END
$$;
