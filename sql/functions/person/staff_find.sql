-- The person of an address, in any business, with the data for a sign-in. An invited person has no account yet.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.staff_find(p_email text)
RETURNS TABLE (tenant_id uuid, staff_id uuid, email text, name text, role text, state text, language text,
               password_hash text, totp_sealed text, totp_on boolean, totp_last_step bigint, suspended boolean,
               business text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT s.tenant_id, s.staff_id, s.email, s.name, s.role, s.state, s.language, s.password_hash, s.totp_sealed,
           s.totp_enabled_at IS NOT NULL, coalesce(s.totp_last_step, 0), t.status = 'suspended', t.name
    FROM kf.staff s JOIN kf.tenant t USING (tenant_id) WHERE s.email = p_email AND s.password_hash IS NOT NULL;
END
$$;
REVOKE ALL ON FUNCTION kf.staff_find FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.staff_find TO konfirmado_app, konfirmado_owner;
RESET ROLE;
