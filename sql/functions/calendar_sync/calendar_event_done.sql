-- The event is written as of p_version. If another state is wanted by now, it is due at once.
CREATE OR REPLACE FUNCTION kf.calendar_event_done(p_tenant uuid, p_booking uuid, p_n int, p_version int,
                                                  p_meeting_url text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    UPDATE kf.calendar_event x
    SET state = q.state, sending = NULL,
        -- (deleted and wanted again: its id cannot be used twice)
        event_id = CASE WHEN x.sending = 'absent' AND x.wanted = 'present' THEN gen_random_uuid()
                        ELSE x.event_id END,
        lease_until = NULL, next_attempt_at = kf.now(), attempts = 0, error = NULL,
        written_at = kf.now(), written_version = CASE WHEN x.sending = 'present' THEN p_version END,
        meeting_url = CASE WHEN x.sending = 'present' THEN left(coalesce(p_meeting_url, x.meeting_url), 500) END
    FROM (SELECT y.n, CASE WHEN y.sending = y.wanted AND y.wanted_version <= p_version THEN 'done'
                           ELSE 'due' END AS state
          FROM kf.calendar_event y
          WHERE y.tenant_id = p_tenant AND y.booking_id = p_booking AND y.n = p_n FOR UPDATE) q
    WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking AND x.n = q.n AND x.sending IS NOT NULL;
END
$$;
