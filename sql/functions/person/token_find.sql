-- The link of a mail if it is unused, in time and for this purpose; otherwise no row. A verification link includes its
-- registration.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.token_find(p_purpose text, p_hash bytea)
RETURNS TABLE (tenant_id uuid, staff_id uuid, email text, business text, language text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT k.tenant_id, k.staff_id, s.email, coalesce(k.registration->>'business', t.name),
           coalesce(k.registration->>'language', s.language)
    FROM kf.token k JOIN kf.staff s USING (tenant_id, staff_id) JOIN kf.tenant t USING (tenant_id)
    WHERE k.token_hash = p_hash AND k.purpose = p_purpose AND k.used_at IS NULL AND k.expires_at > kf.now()
      AND s.state IN ('unverified', 'active', 'invited');
END
$$;

-- The hash of the password of such a link's registration; null if the link is no longer valid.
CREATE OR REPLACE FUNCTION kf.token_password(p_hash bytea) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT coalesce(k.registration->>'password_hash', s.password_hash)
            FROM kf.token k JOIN kf.staff s USING (tenant_id, staff_id)
            WHERE k.token_hash = p_hash AND k.purpose = 'verify' AND k.used_at IS NULL AND k.expires_at > kf.now()
              AND s.state = 'unverified');
END
$$;
REVOKE ALL ON FUNCTION kf.token_find, kf.token_password FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.token_find, kf.token_password TO konfirmado_app, konfirmado_owner;
RESET ROLE;
