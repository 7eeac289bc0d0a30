-- Replaces the recovery codes of a person by new ones, as hashes (hex).
CREATE OR REPLACE FUNCTION kf.recovery_put(p_tenant uuid, p_staff uuid, p_codes jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    DELETE FROM kf.recovery_code c WHERE c.tenant_id = p_tenant AND c.staff_id = p_staff;
    INSERT INTO kf.recovery_code (tenant_id, staff_id, code_hash)
    SELECT p_tenant, p_staff, decode(h, 'hex') FROM jsonb_array_elements_text(p_codes) h;
END
$$;

-- Reports by log and mail that the second factor was turned on or off.
CREATE OR REPLACE FUNCTION kf.totp_tell(s kf.staff, p_on boolean, p_visit jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM kf.audit_put(s.tenant_id, CASE WHEN p_on THEN 'totp_enabled' ELSE 'totp_disabled' END, 'staff',
                         s.staff_id::text, s.email);
    PERFORM kf.mail_put(s.tenant_id, gen_random_uuid(), 'totp_changed', s.email, s.name, s.language,
                        jsonb_build_object('enabled', p_on, 'ip', p_visit->>'ip'), NULL);
END
$$;

-- Turns the second factor on, after the app showed a code of the secret p_sealed.
CREATE OR REPLACE FUNCTION kf.totp_enable(p_tenant uuid, p_staff uuid, p_sealed text, p_step bigint, p_codes jsonb,
                                          p_visit jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.staff := kf.staff_lock(p_tenant, p_staff);
BEGIN
    IF s.totp_enabled_at IS NOT NULL OR s.totp_sealed IS DISTINCT FROM p_sealed THEN
        PERFORM kf.refuse('KF409', 'The second factor was changed meanwhile');
    END IF;
    PERFORM kf.staff_actor(s, p_visit);
    UPDATE kf.staff x SET totp_enabled_at = kf.now(), totp_last_step = p_step
    WHERE x.tenant_id = p_tenant AND x.staff_id = p_staff;
    PERFORM kf.recovery_put(p_tenant, p_staff, p_codes);
    PERFORM kf.totp_tell(s, true, p_visit);
END
$$;
