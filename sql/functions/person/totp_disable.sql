-- Turns the second factor off and deletes its recovery codes.
CREATE OR REPLACE FUNCTION kf.totp_disable(p_tenant uuid, p_staff uuid, p_visit jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.staff := kf.staff_lock(p_tenant, p_staff);
BEGIN
    IF s.totp_sealed IS NULL THEN
        RETURN;
    END IF;
    PERFORM kf.staff_actor(s, p_visit);
    UPDATE kf.staff x SET totp_sealed = NULL, totp_enabled_at = NULL, totp_last_step = NULL
    WHERE x.tenant_id = p_tenant AND x.staff_id = p_staff;
    DELETE FROM kf.recovery_code c WHERE c.tenant_id = p_tenant AND c.staff_id = p_staff;
    IF s.totp_enabled_at IS NOT NULL THEN
        PERFORM kf.totp_tell(s, false, p_visit);
    END IF;
END
$$;
