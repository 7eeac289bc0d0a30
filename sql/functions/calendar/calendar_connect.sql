-- Connects the chosen calendars: {read: [ids], write: id or null, meeting, guest}. The professional's former connection
-- ends; its events in the same account continue. From now on no time that these calendars take is offered, and no time
-- at all before they are read.
-- Refusals: KF416 (the grant or its invitation was used, has expired, or belongs to another browser), KF422.
CREATE OR REPLACE FUNCTION kf.calendar_connect(p_tenant uuid, p_grant uuid, p_browser_hash bytea,
    p_connection uuid, p_refresh_sealed text, p_access_sealed text, p_access_expires_at timestamptz, p jsonb)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
    f kf.professional;
    g kf.calendar_grant;
    c kf.calendar_connection;
    v_read text[];
BEGIN
    SELECT x.* INTO g FROM kf.calendar_grant x WHERE x.tenant_id = p_tenant AND x.grant_id = p_grant;
    f := kf.professional_lock(p_tenant, g.professional_id, NULL);
    SELECT x.* INTO g FROM kf.calendar_grant x
    WHERE x.tenant_id = p_tenant AND x.grant_id = p_grant FOR UPDATE;
    IF g.granted_at IS NULL OR g.finished_at IS NOT NULL OR g.expires_at <= v_now
       OR g.browser_hash IS DISTINCT FROM p_browser_hash OR f.archived_at IS NOT NULL OR p_refresh_sealed IS NULL THEN
        PERFORM kf.refuse('KF416', 'This consent is no longer valid');
    END IF;
    PERFORM kf.doc_members(p, ARRAY['read', 'write', 'meeting', 'guest', 'summary']);
    v_read := kf.calendar_choice(p, g.calendars);
    UPDATE kf.calendar_invitation x SET used_at = v_now
    WHERE x.tenant_id = p_tenant AND x.invitation_id = g.invitation_id AND x.used_at IS NULL;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF416', 'This invitation is no longer valid');
    END IF;
    UPDATE kf.calendar_grant x SET finished_at = v_now, tokens_sealed = NULL, verifier_sealed = NULL
    WHERE x.tenant_id = p_tenant AND x.invitation_id = g.invitation_id AND x.finished_at IS NULL;
    -- (before their events, because a move locks the booking first)
    PERFORM FROM kf.booking b
    WHERE b.tenant_id = p_tenant AND b.professional_id = g.professional_id
      AND (b.slot_start > v_now - interval '8 hours'
           OR EXISTS (SELECT FROM kf.calendar_event x
                      WHERE x.tenant_id = p_tenant AND x.booking_id = b.booking_id AND x.state IN ('due', 'sending')))
    ORDER BY b.booking_id FOR UPDATE;
    PERFORM kf.calendar_end(p_tenant, g.professional_id);
    INSERT INTO kf.calendar_connection (tenant_id, connection_id, professional_id, provider, state, account_id,
        account_email, scopes, calendars, refresh_token_sealed, access_token_sealed, access_expires_at,
        write_calendar, meeting, guest, summary, connected_at)
    VALUES (p_tenant, p_connection, g.professional_id, g.provider, 'connected', g.account_id,
        g.account_email, coalesce(g.scopes, ''), g.calendars, p_refresh_sealed, p_access_sealed, p_access_expires_at,
        kf.calendar_choice_write(p, g.calendars), kf.doc_bool(p, 'meeting', false), kf.doc_bool(p, 'guest', false),
        coalesce(kf.doc_text(p, 'summary', 0, 200, false), ''), v_now)
    RETURNING * INTO c;
    PERFORM kf.calendar_sources_put(c, v_read);
    PERFORM kf.calendar_rows(p_tenant, c.professional_id, c.connection_id);
    PERFORM kf.calendar_take_over(c);
    PERFORM kf.calendar_plan_all(c);
    PERFORM kf.audit_put(p_tenant, 'calendar_connected', 'professional', c.professional_id::text, f.name, NULL,
                         jsonb_build_object('provider', c.provider, 'account_email', c.account_email,
                                            'read', to_jsonb(v_read), 'write', c.write_calendar));
    RETURN kf.calendar_get(p_tenant, c.professional_id);
END
$$;

-- Takes over the events of the same account. Failed events are due again, and conflicts stay.
CREATE OR REPLACE FUNCTION kf.calendar_take_over(c kf.calendar_connection) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_former uuid[] := ARRAY(SELECT x.connection_id FROM kf.calendar_connection x
                             WHERE x.tenant_id = c.tenant_id AND x.professional_id = c.professional_id
                               AND x.provider = c.provider AND x.account_id = c.account_id
                               AND x.connection_id <> c.connection_id);
BEGIN
    -- A former worker may have completed a write that it began, so that event keeps its state and is leased again later.
    UPDATE kf.calendar_event x
    SET connection_id = c.connection_id,
        state = CASE WHEN x.state = 'failed' AND b.slot_end > kf.now() THEN 'due' ELSE x.state END,
        attempts = CASE WHEN x.state = 'failed' THEN 0 ELSE x.attempts END,
        error = CASE WHEN x.state = 'failed' AND b.slot_end > kf.now() THEN NULL ELSE x.error END,
        next_attempt_at = CASE WHEN x.state = 'failed' THEN kf.now() ELSE x.next_attempt_at END
    FROM kf.booking b
    WHERE x.tenant_id = c.tenant_id AND x.connection_id = ANY (v_former)
      AND b.tenant_id = x.tenant_id AND b.booking_id = x.booking_id;
    UPDATE kf.calendar_conflict x SET connection_id = c.connection_id
    WHERE x.tenant_id = c.tenant_id AND x.connection_id = ANY (v_former) AND x.resolved_at IS NULL
      AND EXISTS (SELECT FROM kf.calendar_source s
                  WHERE s.tenant_id = c.tenant_id AND s.connection_id = c.connection_id
                    AND s.calendar_id = x.calendar_id);
    UPDATE kf.calendar_conflict x SET resolved_at = kf.now(), resolution = 'gone'
    FROM kf.calendar_connection o
    WHERE o.tenant_id = c.tenant_id AND o.professional_id = c.professional_id AND o.state = 'disconnected'
      AND x.tenant_id = o.tenant_id AND x.connection_id = o.connection_id AND x.resolved_at IS NULL;
END
$$;

-- Plans the events of all future bookings of a professional.
CREATE OR REPLACE FUNCTION kf.calendar_plan_all(c kf.calendar_connection) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM kf.calendar_plan(b) FROM (
        SELECT x.* FROM kf.booking x
        WHERE x.tenant_id = c.tenant_id AND x.professional_id = c.professional_id
          AND x.slot_start > kf.now() - interval '8 hours' AND x.slot_end > kf.now()
          AND x.status IN ('paid', 'confirmed')
        ORDER BY x.slot_start, x.booking_id FOR UPDATE) b;
END
$$;

-- Ends a professional's connection, if any: reading stops, channels are stopped, the grant is revoked. Events stay
-- where they are.
CREATE OR REPLACE FUNCTION kf.calendar_end(p_tenant uuid, p_professional uuid) RETURNS kf.calendar_connection
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    c kf.calendar_connection;
BEGIN
    UPDATE kf.calendar_connection x
    SET state = 'disconnected', ended_at = v_now, revoke_due_at = v_now, version = x.version + 1
    WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND x.state <> 'disconnected'
    RETURNING x.* INTO c;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM FROM kf.calendar_busy x
    WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional ORDER BY x.n FOR UPDATE;
    DELETE FROM kf.calendar_busy x WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional;
    PERFORM kf.calendar_sources_end(c);
    PERFORM kf.calendar_channels_end(p_tenant, c.connection_id, NULL, NULL);
    UPDATE kf.calendar_event x SET state = 'failed', error = 'disconnected', lease_until = NULL
    WHERE x.tenant_id = p_tenant AND x.connection_id = c.connection_id AND x.state IN ('due', 'sending');
    RETURN c;
END
$$;
