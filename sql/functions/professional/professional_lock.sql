-- Locks a professional for a change and checks the version; all null if there is none.
CREATE OR REPLACE FUNCTION kf.professional_lock(p_tenant uuid, p_id uuid, p_version int) RETURNS kf.professional
LANGUAGE plpgsql
AS $$
DECLARE
    f kf.professional;
BEGIN
    SELECT x.* INTO f FROM kf.professional x WHERE x.tenant_id = p_tenant AND x.professional_id = p_id FOR NO KEY UPDATE;
    PERFORM kf.version_check(f.version, p_version);
    RETURN f;
END
$$;
