-- Stores a new sealed secret for an authenticator app; it is inactive until confirmed.
CREATE OR REPLACE FUNCTION kf.totp_begin(p_tenant uuid, p_staff uuid, p_sealed text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.staff := kf.staff_lock(p_tenant, p_staff);
BEGIN
    IF s.totp_enabled_at IS NOT NULL THEN
        PERFORM kf.refuse('KF409', 'The second factor is on: turn it off first');
    END IF;
    UPDATE kf.staff x SET totp_sealed = p_sealed, totp_last_step = NULL
    WHERE x.tenant_id = p_tenant AND x.staff_id = p_staff;
END
$$;
