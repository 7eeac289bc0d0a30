-- The provider reports that something may have changed, so the calendar is read again. A notice without the channel's
-- token and resource has no effect. A notice may come before the opening of the channel is stored; then the resource is
-- learned here.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.calendar_notify(p_channel uuid, p_token_hash bytea, p_resource text,
                                              p_number bigint, p_hello boolean) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
    h record;
BEGIN
    SELECT x.tenant_id, x.connection_id, x.calendar_id, x.last_number, c.professional_id, c.state INTO h
    FROM kf.calendar_channel x
    JOIN kf.calendar_connection c ON c.tenant_id = x.tenant_id AND c.connection_id = x.connection_id
    WHERE x.channel_id = p_channel AND x.token_hash = p_token_hash AND x.state <> 'ended'
      AND (x.resource_id = p_resource OR x.resource_id IS NULL AND length(p_resource) BETWEEN 1 AND 300);
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    IF NOT p_hello AND p_number > h.last_number AND h.state = 'connected' THEN
        PERFORM FROM kf.calendar_busy x
        WHERE x.tenant_id = h.tenant_id AND x.professional_id = h.professional_id ORDER BY x.n FOR UPDATE;
        -- a failed row still waits for its retry, and a row made for one question is not read again
        UPDATE kf.calendar_busy x
        SET changed_at = v_now,
            next_read_at = CASE WHEN x.failures > 0 OR x.next_read_at = 'infinity' THEN x.next_read_at ELSE v_now END
        WHERE x.tenant_id = h.tenant_id AND x.professional_id = h.professional_id
          AND x.connection_id = h.connection_id;
        UPDATE kf.calendar_source x SET sync_due_at = v_now
        WHERE x.tenant_id = h.tenant_id AND x.connection_id = h.connection_id AND x.calendar_id = h.calendar_id;
    END IF;
    UPDATE kf.calendar_channel x
    SET last_number = greatest(x.last_number, p_number), resource_id = coalesce(x.resource_id, p_resource)
    WHERE x.tenant_id = h.tenant_id AND x.channel_id = p_channel
      AND (x.last_number < p_number OR x.resource_id IS NULL);
    RETURN 'ok';
END
$$;
REVOKE ALL ON FUNCTION kf.calendar_notify FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.calendar_notify TO konfirmado_app, konfirmado_owner;
RESET ROLE;
