-- The result of a sending. 2xx acknowledges the message (and confirms a paid booking, if it comes from the first
-- address). 410 disables this address. Any other result waits for the next sending: the schedule with jitter
-- (p_jitter_ppm, at most a fifth either way), or the merchant's Retry-After if longer, up to a day. After the tenth the
-- message is dead.
CREATE OR REPLACE FUNCTION kf.message_result(p_tenant uuid, p_message text, p_status int, p_latency_ms int,
    p_ip text, p_error text, p_answer bytea, p_retry_after_s int, p_jitter_ppm int)
RETURNS TABLE (state text, next_attempt_at timestamptz)
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
    m kf.outbox;
    b kf.booking;
BEGIN
    SELECT x.* INTO m FROM kf.outbox x WHERE x.tenant_id = p_tenant AND x.message_id = p_message FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such message');
    END IF;
    m.attempts := m.attempts + 1;
    INSERT INTO kf.callback_attempt (tenant_id, message_id, n, at, status, latency_ms, remote_ip, error, answer)
    SELECT p_tenant, p_message, coalesce(max(x.n), 0) + 1, v_now, p_status, p_latency_ms, p_ip, p_error,
           CASE WHEN NOT m.facts ? 'erased' THEN substr(p_answer, 1, 4096) END -- the answer may contain an erased customer
    FROM kf.callback_attempt x WHERE x.tenant_id = p_tenant AND x.message_id = p_message;
    IF m.state = 'done' THEN
        NULL;   -- another worker, whose lease had ended, got an acknowledgement already
    ELSIF p_status BETWEEN 200 AND 299 THEN
        m.state := 'done';
        m.done_at := v_now;
        SELECT x.* INTO b FROM kf.booking x
        WHERE x.tenant_id = p_tenant AND x.booking_id = m.booking_id FOR UPDATE;
        IF m.event = 'booking.paid' AND b.status = 'paid' AND coalesce(m.endpoint_id, p_tenant) = p_tenant THEN
            PERFORM kf.booking_move(b, 'confirmed', 'merchant', 'callback acknowledged');
        END IF;
    ELSIF p_status = 410 OR kf.callback_delay(m.attempts) IS NULL THEN
        m.state := 'dead';
    ELSE
        m.state := 'due';
        m.next_attempt_at := v_now + greatest(
            kf.callback_delay(m.attempts) * (1 + greatest(least(p_jitter_ppm, 200000), -200000) / 1000000.0),
            make_interval(secs => least(coalesce(p_retry_after_s, 0), 86400)));
    END IF;
    UPDATE kf.outbox x SET state = m.state, attempts = m.attempts, done_at = m.done_at,
           next_attempt_at = m.next_attempt_at, lease_until = NULL
    WHERE x.tenant_id = p_tenant AND x.message_id = p_message;
    IF p_status = 410 THEN
        PERFORM kf.endpoint_gone(p_tenant, coalesce(m.endpoint_id, p_tenant));
    END IF;
    IF m.state = 'dead' AND m.event <> 'ping' THEN
        PERFORM kf.callback_told(m, CASE WHEN p_status IS NULL THEN p_error ELSE p_status::text END);
    END IF;
    state := m.state;
    next_attempt_at := m.next_attempt_at;
    RETURN NEXT;
END
$$;

-- Disables an address that answered that it is gone, until it is saved again.
CREATE OR REPLACE FUNCTION kf.endpoint_gone(p_tenant uuid, p_endpoint uuid) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_why text := 'the endpoint answered 410';
BEGIN
    IF p_endpoint = p_tenant THEN -- kf.callback_first copies it
        UPDATE kf.tenant t SET callback_disabled_at = kf.now(), callback_disabled_reason = v_why
        WHERE t.tenant_id = p_tenant AND t.callback_disabled_at IS NULL;
    ELSE
        UPDATE kf.callback_endpoint e SET disabled_at = kf.now(), disabled_reason = v_why, version = e.version + 1
        WHERE e.tenant_id = p_tenant AND e.endpoint_id = p_endpoint AND e.disabled_at IS NULL;
    END IF;
END
$$;

-- Mails the owners that their system does not accept messages, at most once a day.
CREATE OR REPLACE FUNCTION kf.callback_told(m kf.outbox, p_answer text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    t kf.tenant;
BEGIN
    SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = m.tenant_id;
    IF kf.mail_wanted(t.mails, 'callback_failing') THEN
        PERFORM kf.mail_plan(t, NULL, 'callback_failing', (kf.now() AT TIME ZONE t.time_zone)::date::text,
            kf.now() + interval '3 days',
            jsonb_build_object('url', m.url, 'event', m.event, 'message', m.message_id, 'answer', coalesce(p_answer, ''),
                               'booking', m.booking_id, 'disabled', EXISTS (
                                   SELECT FROM kf.callback_endpoint e
                                   WHERE e.tenant_id = m.tenant_id AND e.endpoint_id = coalesce(m.endpoint_id, m.tenant_id)
                                     AND e.disabled_at IS NOT NULL)));
    END IF;
END
$$;
