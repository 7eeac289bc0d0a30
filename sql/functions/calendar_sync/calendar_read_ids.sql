-- The calendars of a connection whose busy time counts.
CREATE OR REPLACE FUNCTION kf.calendar_read_ids(p_tenant uuid, p_connection uuid) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN ARRAY(SELECT s.calendar_id FROM kf.calendar_source s
                 WHERE s.tenant_id = p_tenant AND s.connection_id = p_connection AND s.reads
                 ORDER BY s.position, s.calendar_id);
END
$$;
