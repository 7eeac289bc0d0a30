-- New recovery codes, by their hashes (hex).
CREATE OR REPLACE FUNCTION kf.recovery_replace(p_tenant uuid, p_staff uuid, p_codes jsonb, p_visit jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.staff := kf.staff_lock(p_tenant, p_staff);
BEGIN
    IF s.totp_enabled_at IS NULL THEN
        PERFORM kf.refuse('KF409', 'The second factor is off');
    END IF;
    PERFORM kf.staff_actor(s, p_visit);
    PERFORM kf.recovery_put(p_tenant, p_staff, p_codes);
    PERFORM kf.audit_put(p_tenant, 'recovery_codes_renewed', 'staff', p_staff::text, s.email);
END
$$;

-- {enabled, enabled_at, codes_left}
CREATE OR REPLACE FUNCTION kf.second_factor_get(p_tenant uuid, p_staff uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    RETURN (SELECT jsonb_build_object('enabled', s.totp_enabled_at IS NOT NULL,
                'enabled_at', kf.iso_local(s.totp_enabled_at, kf.tenant_zone(p_tenant)),
                'codes_left', (SELECT count(*) FROM kf.recovery_code c WHERE c.tenant_id = p_tenant
                               AND c.staff_id = p_staff AND c.used_at IS NULL))
            FROM kf.staff s WHERE s.tenant_id = p_tenant AND s.staff_id = p_staff);
END
$$;
