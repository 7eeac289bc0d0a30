-- Stores the events of a calendar: {key, booking, version, cancelled, transparent, start, end} or {first_day, last_day
-- (exclusive), zone} for whole days. This only finds conflicts with bookings (kf.calendar_conflict); only readings of
-- busy time decide what is free. p_full: these are all events. The next sync is in a quarter of an hour, or on notice.
CREATE OR REPLACE FUNCTION kf.calendar_sync_done(p_tenant uuid, p_connection uuid, p_calendar text,
                                                 p_sync_token text, p_events jsonb, p_full boolean) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
    v_zone text;
    v_until timestamptz;
    v_own jsonb;
    v_open text[];
    v_keys text[];
    c kf.calendar_connection;
    s kf.calendar_source;
    e record;
BEGIN
    SELECT x.* INTO c FROM kf.calendar_connection x WHERE x.tenant_id = p_tenant AND x.connection_id = p_connection;
    -- (before anything else, because a move locks the booking first)
    PERFORM FROM kf.booking b
    WHERE b.tenant_id = p_tenant AND b.professional_id = c.professional_id
      AND b.slot_start > v_now - interval '8 hours' AND b.status IN ('pending', 'paid', 'confirmed')
    ORDER BY b.booking_id FOR KEY SHARE;
    SELECT x.* INTO s FROM kf.calendar_source x
    WHERE x.tenant_id = p_tenant AND x.connection_id = p_connection AND x.calendar_id = p_calendar FOR UPDATE;
    SELECT x.* INTO c FROM kf.calendar_connection x WHERE x.tenant_id = p_tenant AND x.connection_id = p_connection;
    IF s.calendar_id IS NULL OR c.state <> 'connected' THEN
        RETURN;
    END IF;
    UPDATE kf.calendar_source x
    SET sync_token = p_sync_token, sync_lease_until = NULL, sync_attempts = 0,
        sync_due_at = CASE WHEN x.sync_due_at <= v_now THEN x.sync_due_at ELSE v_now + interval '15 minutes' END
    WHERE x.tenant_id = p_tenant AND x.connection_id = p_connection AND x.calendar_id = p_calendar;
    SELECT f.time_zone INTO v_zone FROM kf.professional f
    WHERE f.tenant_id = p_tenant AND f.professional_id = c.professional_id;
    -- An event after the last booking conflicts with none.
    SELECT max(b.slot_end) INTO v_until FROM kf.booking b
    WHERE b.tenant_id = p_tenant AND b.professional_id = c.professional_id
      AND b.slot_start > v_now - interval '8 hours' AND b.status IN ('pending', 'paid', 'confirmed');
    SELECT coalesce(jsonb_object_agg(kf.calendar_event_key(c.provider, x.event_id), x.booking_id), '{}') INTO v_own
    FROM kf.calendar_event x JOIN kf.booking b USING (tenant_id, booking_id)
    WHERE x.tenant_id = p_tenant AND x.connection_id = p_connection AND x.calendar_id = p_calendar
      AND b.slot_end > v_now;
    v_open := ARRAY(SELECT x.event_key FROM kf.calendar_conflict x
                    WHERE x.tenant_id = p_tenant AND x.connection_id = p_connection
                      AND x.calendar_id = p_calendar AND x.resolved_at IS NULL);
    FOR e IN
        SELECT q.key, q.booking, q.version, q.busy AND NOT q.cancelled AS busy, q.cancelled, q.span
        FROM (SELECT x->>'key' AS key, kf.doc_uuid(x, 'booking', false) AS booking, (x->>'version')::int AS version,
                     coalesce((x->>'cancelled')::boolean, false) AS cancelled,
                     NOT coalesce((x->>'transparent')::boolean, false) AS busy,
                     CASE WHEN (x->>'cancelled')::boolean IS NOT TRUE
                               AND coalesce((x->>'last_day')::date + interval '2 days', (x->>'end')::timestamptz) > v_now
                               AND coalesce((x->>'first_day')::date - interval '2 days', (x->>'start')::timestamptz) < v_until
                          THEN kf.calendar_span(x, v_zone) END AS span
              FROM jsonb_array_elements(coalesce(p_events, '[]')) x) q
        WHERE q.span IS NOT NULL OR q.key = ANY (v_open) OR v_own ? q.key
    LOOP
        IF v_own ? e.key THEN
            PERFORM kf.calendar_own_seen(c, p_calendar, (v_own->>e.key)::uuid, e.key, e.version, e.cancelled, e.span);
        ELSE
            PERFORM kf.calendar_foreign_seen(c, p_calendar, e.key, e.booking,
                                             CASE WHEN e.busy AND s.reads THEN e.span END);
        END IF;
    END LOOP;
    IF p_full THEN
        v_keys := ARRAY(SELECT x->>'key' FROM jsonb_array_elements(coalesce(p_events, '[]')) x);
        PERFORM kf.calendar_unseen(c, p_calendar, v_keys);
    END IF;
END
$$;

-- An event of others, busy in p_span (null: not busy, or deleted).
CREATE OR REPLACE FUNCTION kf.calendar_foreign_seen(c kf.calendar_connection, p_calendar text, p_key text,
                                                    p_booking uuid, p_span tstzrange) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    UPDATE kf.calendar_conflict x SET resolved_at = v_now, resolution = 'gone'
    FROM kf.booking b
    WHERE x.tenant_id = c.tenant_id AND x.connection_id = c.connection_id AND x.calendar_id = p_calendar
      AND x.event_key = p_key AND x.kind = 'overlap' AND x.resolved_at IS NULL
      AND b.tenant_id = x.tenant_id AND b.booking_id = x.booking_id
      AND (p_span IS NULL OR NOT p_span && tstzrange(b.slot_start, b.slot_end));
    INSERT INTO kf.calendar_conflict (tenant_id, conflict_id, booking_id, connection_id, calendar_id, event_key,
                                      kind, starts_at, ends_at, seen_at)
    SELECT c.tenant_id, gen_random_uuid(), b.booking_id, c.connection_id, p_calendar, left(p_key, 1024),
           'overlap', lower(p_span), upper(p_span), v_now
    FROM kf.booking b
    WHERE b.tenant_id = c.tenant_id AND b.professional_id = c.professional_id
      AND b.slot_start < upper(p_span) AND b.slot_start > lower(p_span) - interval '8 hours'
      AND b.slot_end > lower(p_span) AND b.slot_end > v_now
      AND (b.status IN ('paid', 'confirmed') OR b.status = 'pending' AND b.hold_expires_at > v_now)
      -- not an older copy of a booking's own event
      AND b.booking_id IS DISTINCT FROM p_booking
      AND NOT EXISTS (SELECT FROM kf.calendar_conflict o
                      WHERE o.tenant_id = c.tenant_id AND o.booking_id = b.booking_id
                        AND o.calendar_id = p_calendar AND o.event_key = left(p_key, 1024)
                        AND o.resolution = 'dismissed' AND o.starts_at = lower(p_span) AND o.ends_at = upper(p_span))
    ON CONFLICT (tenant_id, booking_id, calendar_id, event_key) WHERE resolved_at IS NULL
    DO UPDATE SET starts_at = EXCLUDED.starts_at, ends_at = EXCLUDED.ends_at, connection_id = EXCLUDED.connection_id;
END
$$;

-- The event of a booking: deleted or moved there, or as it should be. Events that are still being written are skipped.
CREATE OR REPLACE FUNCTION kf.calendar_own_seen(c kf.calendar_connection, p_calendar text, p_booking uuid,
    p_key text, p_version int, p_cancelled boolean, p_span tstzrange) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_kind text;
    b kf.booking;
    x kf.calendar_event;
BEGIN
    SELECT y.* INTO b FROM kf.booking y WHERE y.tenant_id = c.tenant_id AND y.booking_id = p_booking;
    SELECT y.* INTO x FROM kf.calendar_event y
    WHERE y.tenant_id = c.tenant_id AND y.booking_id = p_booking AND y.connection_id = c.connection_id
      AND y.calendar_id = p_calendar ORDER BY y.n DESC LIMIT 1;
    v_kind := CASE WHEN p_cancelled THEN 'event_deleted'
                   WHEN p_span IS DISTINCT FROM tstzrange(b.slot_start, b.slot_end) THEN 'event_moved' END;
    IF v_kind IS NULL THEN
        IF p_version IN (b.version, x.written_version) THEN
            UPDATE kf.calendar_conflict o SET resolved_at = v_now, resolution = 'gone'
            WHERE o.tenant_id = c.tenant_id AND o.booking_id = p_booking AND o.calendar_id = p_calendar
              AND o.event_key = p_key AND o.resolved_at IS NULL;
        END IF;
        RETURN;
    END IF;
    IF b.status NOT IN ('paid', 'confirmed') OR x.wanted <> 'present' OR x.state NOT IN ('done', 'failed')
       OR NOT p_cancelled AND p_version < x.written_version THEN
        RETURN;
    END IF;
    INSERT INTO kf.calendar_conflict (tenant_id, conflict_id, booking_id, connection_id, calendar_id, event_key,
                                      kind, starts_at, ends_at, seen_at)
    SELECT c.tenant_id, gen_random_uuid(), p_booking, c.connection_id, p_calendar, p_key, v_kind,
           lower(p_span), upper(p_span), v_now
    WHERE NOT EXISTS (SELECT FROM kf.calendar_conflict o
                      WHERE o.tenant_id = c.tenant_id AND o.booking_id = p_booking AND o.calendar_id = p_calendar
                        AND o.event_key = p_key AND o.resolution = 'dismissed' AND o.kind = v_kind
                        AND o.starts_at IS NOT DISTINCT FROM lower(p_span)
                        AND o.ends_at IS NOT DISTINCT FROM upper(p_span))
    ON CONFLICT (tenant_id, booking_id, calendar_id, event_key) WHERE resolved_at IS NULL
    DO UPDATE SET kind = EXCLUDED.kind, starts_at = EXCLUDED.starts_at, ends_at = EXCLUDED.ends_at,
                  connection_id = EXCLUDED.connection_id;
END
$$;

-- Ends the conflicts with events that are missing from a complete list.
CREATE OR REPLACE FUNCTION kf.calendar_unseen(c kf.calendar_connection, p_calendar text, p_keys text[]) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    x record;
BEGIN
    UPDATE kf.calendar_conflict o SET resolved_at = v_now, resolution = 'gone'
    WHERE o.tenant_id = c.tenant_id AND o.connection_id = c.connection_id AND o.calendar_id = p_calendar
      AND o.resolved_at IS NULL AND o.kind <> 'event_deleted' AND o.event_key <> ALL (p_keys);
    -- (an event written during the reading is missing from the list too)
    FOR x IN SELECT q.* FROM (
                 SELECT y.booking_id, y.written_version, kf.calendar_event_key(c.provider, y.event_id) AS key
                 FROM kf.calendar_event y JOIN kf.booking b USING (tenant_id, booking_id)
                 WHERE y.tenant_id = c.tenant_id AND y.connection_id = c.connection_id AND y.calendar_id = p_calendar
                   AND y.wanted = 'present' AND y.state = 'done' AND y.written_at < v_now - interval '10 minutes'
                   AND b.slot_end > v_now) q
             WHERE q.key <> ALL (p_keys) LOOP
        PERFORM kf.calendar_own_seen(c, p_calendar, x.booking_id, x.key, x.written_version, true, NULL);
    END LOOP;
END
$$;
