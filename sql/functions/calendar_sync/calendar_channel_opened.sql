-- Marks a channel as open; the former channels of its calendar end. The next one is opened a day before this one
-- expires, but not before half its life. If the connection has ended, the channel is stopped.
CREATE OR REPLACE FUNCTION kf.calendar_channel_opened(p_tenant uuid, p_channel uuid, p_resource text,
                                                      p_expires timestamptz) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
    v_state text;
    h kf.calendar_channel;
BEGIN
    SELECT x.* INTO h FROM kf.calendar_channel x WHERE x.tenant_id = p_tenant AND x.channel_id = p_channel;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such channel');
    END IF;
    SELECT c.state INTO v_state FROM kf.calendar_connection c
    WHERE c.tenant_id = p_tenant AND c.connection_id = h.connection_id FOR NO KEY UPDATE;
    UPDATE kf.calendar_source s
    SET channel_due_at = greatest(p_expires - interval '1 day', v_now + (p_expires - v_now) / 2),
        channel_attempts = 0, channel_lease_until = NULL, channel_error = NULL
    WHERE s.tenant_id = p_tenant AND s.connection_id = h.connection_id AND s.calendar_id = h.calendar_id
      AND v_state = 'connected';
    UPDATE kf.calendar_channel x
    SET state = CASE WHEN v_state = 'connected' THEN 'live' ELSE 'stopping' END,
        stop_due_at = CASE WHEN v_state = 'connected' THEN NULL ELSE v_now END,
        resource_id = p_resource, expires_at = p_expires
    WHERE x.tenant_id = p_tenant AND x.channel_id = p_channel;
    PERFORM kf.calendar_channels_end(p_tenant, h.connection_id, h.calendar_id, p_channel);
END
$$;

-- Ends the channels of a calendar (null: of the whole connection) except p_but. A channel whose resource never became
-- known cannot be stopped; it expires.
CREATE OR REPLACE FUNCTION kf.calendar_channels_end(p_tenant uuid, p_connection uuid, p_calendar text, p_but uuid)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE kf.calendar_channel x
    SET state = CASE WHEN x.resource_id IS NULL THEN 'ended' ELSE 'stopping' END,
        stop_due_at = CASE WHEN x.resource_id IS NOT NULL THEN kf.now() END
    WHERE x.tenant_id = p_tenant AND x.connection_id = p_connection AND x.state IN ('asked', 'live')
      AND (p_calendar IS NULL OR x.calendar_id = p_calendar) AND x.channel_id IS DISTINCT FROM p_but;
END
$$;
