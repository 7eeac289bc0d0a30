-- Locks a person for a change and checks the version; all null if there is none.
CREATE OR REPLACE FUNCTION kf.staff_lock(p_tenant uuid, p_id uuid, p_version int DEFAULT NULL) RETURNS kf.staff
LANGUAGE plpgsql
AS $$
DECLARE
    s kf.staff;
BEGIN
    SELECT x.* INTO s FROM kf.staff x WHERE x.tenant_id = p_tenant AND x.staff_id = p_id FOR NO KEY UPDATE;
    PERFORM kf.version_check(s.version, p_version);
    RETURN s;
END
$$;
