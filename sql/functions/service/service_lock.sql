-- Locks a service for a change and checks the version; all null if there is none.
CREATE OR REPLACE FUNCTION kf.service_lock(p_tenant uuid, p_id uuid, p_version int) RETURNS kf.service
LANGUAGE plpgsql
AS $$
DECLARE
    s kf.service;
BEGIN
    SELECT x.* INTO s FROM kf.service x WHERE x.tenant_id = p_tenant AND x.service_id = p_id FOR NO KEY UPDATE;
    PERFORM kf.version_check(s.version, p_version);
    RETURN s;
END
$$;
