-- The kind of a professional's calendar: builtin, pending (invited), connected or error.
CREATE OR REPLACE FUNCTION kf.calendar_state(p_tenant uuid, p_professional uuid) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN coalesce(
        (SELECT c.state FROM kf.calendar_connection c
         WHERE c.tenant_id = p_tenant AND c.professional_id = p_professional AND c.state <> 'disconnected'),
        (SELECT 'pending' FROM kf.calendar_invitation i
         WHERE i.tenant_id = p_tenant AND i.professional_id = p_professional AND i.used_at IS NULL
           AND i.expires_at > kf.now() LIMIT 1),
        'builtin');
END
$$;

-- A professional's calendar as the merchant sees it. null: no such professional.
CREATE OR REPLACE FUNCTION kf.calendar_get(p_tenant uuid, p_professional uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_now timestamptz := kf.now();
    c kf.calendar_connection;
BEGIN
    IF NOT EXISTS (SELECT FROM kf.professional f WHERE f.tenant_id = p_tenant AND f.professional_id = p_professional) THEN
        RETURN NULL;
    END IF;
    SELECT x.* INTO c FROM kf.calendar_connection x
    WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND x.state <> 'disconnected';
    RETURN jsonb_build_object(
        'state', kf.calendar_state(p_tenant, p_professional), 'provider', coalesce(c.provider, 'builtin'),
        'account_email', c.account_email,
        'read', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', s.calendar_id, 'name', s.name)
                                           ORDER BY s.position, s.calendar_id), '[]')
                 FROM kf.calendar_source s
                 WHERE s.tenant_id = p_tenant AND s.connection_id = c.connection_id AND s.reads),
        'calendars', coalesce(c.calendars, '[]'), 'write', c.write_calendar, 'meeting', coalesce(c.meeting, false),
        'guest', coalesce(c.guest, false), 'summary', coalesce(c.summary, ''),
        'error', coalesce(c.error, (SELECT b.error FROM kf.calendar_busy b
                                    WHERE b.tenant_id = p_tenant AND b.professional_id = p_professional
                                      AND b.failed_at IS NOT NULL ORDER BY b.n LIMIT 1)),
        'connected_at', kf.iso_local(c.connected_at, v_zone),
        'read_at', (SELECT kf.iso_local(b.read_at, v_zone) FROM kf.calendar_busy b
                    WHERE b.tenant_id = p_tenant AND b.professional_id = p_professional AND b.n = 0),
        'readable', NOT EXISTS (SELECT FROM kf.calendar_busy b
                                WHERE b.tenant_id = p_tenant AND b.professional_id = p_professional AND b.n = 0
                                  AND b.valid_until <= v_now),
        'push', coalesce(c.state = 'connected', false) AND NOT EXISTS (
                    SELECT FROM kf.calendar_source s
                    WHERE s.tenant_id = p_tenant AND s.connection_id = c.connection_id AND s.reads AND NOT EXISTS (
                        SELECT FROM kf.calendar_channel h
                        WHERE h.tenant_id = p_tenant AND h.connection_id = s.connection_id
                          AND h.calendar_id = s.calendar_id AND h.state = 'live' AND h.expires_at > v_now)),
        'invitation', (SELECT jsonb_build_object('expires_at', kf.iso_local(i.expires_at, v_zone))
                       FROM kf.calendar_invitation i
                       WHERE i.tenant_id = p_tenant AND i.professional_id = p_professional AND i.used_at IS NULL
                         AND i.expires_at > v_now LIMIT 1),
        'events_failed', (SELECT count(*) FROM kf.calendar_event x JOIN kf.booking b USING (tenant_id, booking_id)
                          WHERE x.tenant_id = p_tenant AND x.connection_id = c.connection_id
                            AND x.state = 'failed' AND b.slot_end > v_now),
        'version', coalesce(c.version, 0));
END
$$;
