-- The data for a sign-in of a known person.
CREATE OR REPLACE FUNCTION kf.staff_own(p_tenant uuid, p_staff uuid)
RETURNS TABLE (tenant_id uuid, staff_id uuid, email text, name text, role text, state text, language text,
               password_hash text, totp_sealed text, totp_on boolean, totp_last_step bigint, suspended boolean,
               business text)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    RETURN QUERY
    SELECT s.tenant_id, s.staff_id, s.email, s.name, s.role, s.state, s.language, s.password_hash, s.totp_sealed,
           s.totp_enabled_at IS NOT NULL, coalesce(s.totp_last_step, 0), t.status = 'suspended', t.name
    FROM kf.staff s JOIN kf.tenant t USING (tenant_id)
    WHERE s.tenant_id = p_tenant AND s.staff_id = p_staff;
END
$$;
