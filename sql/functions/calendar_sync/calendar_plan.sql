-- Plans the calendar event of a booking: present while it is settled and not over; absent, if there is one, after a
-- cancellation. A worker writes it. Also ends the conflicts of a booking that is over.
CREATE OR REPLACE FUNCTION kf.calendar_plan(b kf.booking) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_live boolean := b.status IN ('paid', 'confirmed') AND b.slot_end > v_now;
    c kf.calendar_connection;
BEGIN
    IF NOT v_live AND b.status <> 'pending' THEN
        UPDATE kf.calendar_conflict x SET resolved_at = v_now, resolution = 'booking_over'
        WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id AND x.resolved_at IS NULL;
    END IF;
    IF b.status IN ('cancelled', 'expired', 'failed') THEN
        PERFORM kf.calendar_want(x, 'absent', b.version) FROM kf.calendar_event x
        WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id AND x.wanted = 'present'
        ORDER BY x.n;
    ELSIF v_live THEN
        -- Most bookings have neither an event nor a calendar.
        IF NOT EXISTS (SELECT FROM kf.calendar_connection x
                       WHERE x.tenant_id = b.tenant_id AND x.professional_id = b.professional_id
                         AND x.state = 'connected' AND x.write_calendar IS NOT NULL)
           AND NOT EXISTS (SELECT FROM kf.calendar_event x
                           WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id) THEN
            RETURN;
        END IF;
        -- The booking has another professional now: the former one's event goes.
        PERFORM kf.calendar_want(x, 'absent', b.version)
        FROM kf.calendar_event x JOIN kf.calendar_connection f USING (tenant_id, connection_id)
        WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id AND x.wanted = 'present'
          AND f.professional_id <> b.professional_id
        ORDER BY x.n;
        SELECT x.* INTO c FROM kf.calendar_connection x
        WHERE x.tenant_id = b.tenant_id AND x.professional_id = b.professional_id AND x.state = 'connected'
          AND x.write_calendar IS NOT NULL;
        IF NOT FOUND THEN
            RETURN;
        END IF;
        -- The calendar to write has changed: the event moves there.
        PERFORM kf.calendar_want(x, 'absent', b.version) FROM kf.calendar_event x
        WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id AND x.wanted = 'present'
          AND x.connection_id = c.connection_id AND x.calendar_id <> c.write_calendar
        ORDER BY x.n;
        PERFORM kf.calendar_want(q.x, 'present', b.version)
        FROM (SELECT x FROM kf.calendar_event x
              WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id AND x.connection_id = c.connection_id
                AND x.calendar_id = c.write_calendar
              ORDER BY x.n DESC LIMIT 1) q;
        IF NOT FOUND THEN
            INSERT INTO kf.calendar_event (tenant_id, booking_id, n, connection_id, calendar_id, event_id, wanted,
                                           wanted_version, state, next_attempt_at, created_at)
            SELECT b.tenant_id, b.booking_id, coalesce(max(x.n), 0) + 1, c.connection_id, c.write_calendar,
                   gen_random_uuid(), 'present', b.version, 'due', v_now, v_now
            FROM kf.calendar_event x WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id;
        END IF;
    END IF;
END
$$;

-- Sets the wanted state of an event, as of a version of its booking. A running write finishes first. An event that was
-- deleted comes back under another id.
CREATE OR REPLACE FUNCTION kf.calendar_want(x kf.calendar_event, p_wanted text, p_version int) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_state text;
BEGIN
    SELECT c.state INTO v_state FROM kf.calendar_connection c
    WHERE c.tenant_id = x.tenant_id AND c.connection_id = x.connection_id;
    UPDATE kf.calendar_event y
    SET wanted = p_wanted, wanted_version = p_version,
        event_id = CASE WHEN p_wanted = 'present' AND y.wanted = 'absent' AND y.state = 'done'
                        THEN gen_random_uuid() ELSE y.event_id END,
        state = CASE WHEN y.state = 'sending' THEN 'sending' WHEN v_state = 'connected' THEN 'due' ELSE 'failed' END,
        attempts = 0, next_attempt_at = CASE WHEN y.state = 'sending' THEN y.next_attempt_at ELSE v_now END,
        error = CASE WHEN v_state = 'connected' THEN NULL ELSE coalesce(y.error, v_state) END
    WHERE y.tenant_id = x.tenant_id AND y.booking_id = x.booking_id AND y.n = x.n
      AND (y.wanted, y.wanted_version) IS DISTINCT FROM (p_wanted, p_version);
END
$$;
