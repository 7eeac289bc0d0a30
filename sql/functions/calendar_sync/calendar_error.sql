-- The provider refuses access permanently: revoked, scopes (too few granted) or calendar_gone. No times are offered
-- until the calendar is connected again. The merchant is notified once.
CREATE OR REPLACE FUNCTION kf.calendar_error(p_tenant uuid, p_connection uuid, p_reason text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
    c kf.calendar_connection;
BEGIN
    IF p_reason NOT IN ('revoked', 'scopes', 'calendar_gone') THEN
        PERFORM kf.refuse_field('This reason is not known', 'reason', 'not_one_of');
    END IF;
    UPDATE kf.calendar_connection x SET state = 'error', error = p_reason, error_at = v_now, version = x.version + 1
    WHERE x.tenant_id = p_tenant AND x.connection_id = p_connection AND x.state = 'connected'
    RETURNING x.* INTO c;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM FROM kf.calendar_busy x
    WHERE x.tenant_id = p_tenant AND x.professional_id = c.professional_id ORDER BY x.n FOR UPDATE;
    UPDATE kf.calendar_busy x
    SET valid_until = least(x.valid_until, v_now), next_read_at = 'infinity', lease = NULL, lease_until = NULL
    WHERE x.tenant_id = p_tenant AND x.professional_id = c.professional_id;
    PERFORM kf.calendar_sources_end(c);
    UPDATE kf.calendar_event x SET state = 'failed', error = p_reason, lease_until = NULL
    WHERE x.tenant_id = p_tenant AND x.connection_id = p_connection AND x.state IN ('due', 'sending');
    PERFORM kf.calendar_tell(c, 'calendar_error', p_reason);
    PERFORM kf.audit_put(p_tenant, 'calendar_error', 'professional', c.professional_id::text,
                         (SELECT f.name FROM kf.professional f
                          WHERE f.tenant_id = p_tenant AND f.professional_id = c.professional_id),
                         NULL, jsonb_build_object('account_email', c.account_email, 'reason', p_reason));
END
$$;

-- Ends the syncs and the opening of channels.
CREATE OR REPLACE FUNCTION kf.calendar_sources_end(c kf.calendar_connection) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM FROM kf.calendar_source s
    WHERE s.tenant_id = c.tenant_id AND s.connection_id = c.connection_id ORDER BY s.calendar_id FOR UPDATE;
    UPDATE kf.calendar_source s SET sync_due_at = NULL, sync_lease_until = NULL,
           channel_due_at = NULL, channel_lease_until = NULL
    WHERE s.tenant_id = c.tenant_id AND s.connection_id = c.connection_id;
END
$$;
