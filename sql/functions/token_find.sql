-- What a link of a mail is good for: unused, in time, for this purpose; no row otherwise.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.token_find(p_purpose text, p_hash bytea)
RETURNS TABLE (tenant_id uuid, staff_id uuid, email text, business text, language text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT k.tenant_id, k.staff_id, s.email, t.name, s.language
    FROM kf.token k JOIN kf.staff s USING (tenant_id, staff_id) JOIN kf.tenant t USING (tenant_id)
    WHERE k.token_hash = p_hash AND k.purpose = p_purpose AND k.used_at IS NULL AND k.expires_at > kf.now()
      AND s.state IN ('unverified', 'active', 'invited');
END
$$;
REVOKE ALL ON FUNCTION kf.token_find FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.token_find TO konfirmado_app, konfirmado_owner;
RESET ROLE;
