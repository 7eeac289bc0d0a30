-- Deletes expired invitations (kf.registration_sweep).
SET ROLE konfirmado_directory;

-- Removes an invited person who did not accept from the business.
CREATE OR REPLACE FUNCTION kf.invitation_forget(p_tenant uuid, p_staff uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM kf.token k WHERE k.tenant_id = p_tenant AND k.staff_id = p_staff
        AND EXISTS (SELECT FROM kf.staff x WHERE x.tenant_id = p_tenant AND x.staff_id = p_staff AND x.state = 'invited');
    DELETE FROM kf.staff x WHERE x.tenant_id = p_tenant AND x.staff_id = p_staff AND x.state = 'invited';
END
$$;

CREATE OR REPLACE FUNCTION kf.invitation_sweep(p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_count int := 0;
    s record;
BEGIN
    FOR s IN
        SELECT x.tenant_id, x.staff_id FROM kf.staff x
        WHERE x.state = 'invited' AND x.created_at <= v_now - interval '7 days'
          AND NOT EXISTS (SELECT FROM kf.token k WHERE k.tenant_id = x.tenant_id AND k.staff_id = x.staff_id
                          AND k.used_at IS NULL AND k.expires_at > v_now)
        ORDER BY x.created_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    LOOP
        PERFORM kf.invitation_forget(s.tenant_id, s.staff_id);
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END
$$;
REVOKE ALL ON FUNCTION kf.invitation_forget, kf.invitation_sweep FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.invitation_forget TO konfirmado_app, konfirmado_owner;
RESET ROLE;
