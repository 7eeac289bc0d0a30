-- Deletes businesses whose registration was not confirmed within a week, and expired invitations. A business with any
-- other data (set up by an operator, say) or with a link that is still valid is left alone. Returns the number, at most
-- p_limit of each.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.registration_sweep(p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_count int := 0;
    s record;
BEGIN
    FOR s IN
        SELECT x.tenant_id, x.staff_id FROM kf.staff x
        WHERE x.state = 'unverified' AND x.created_at <= v_now - interval '7 days'
        ORDER BY x.created_at FOR UPDATE SKIP LOCKED
    LOOP
        EXIT WHEN v_count >= p_limit;
        -- making a link locks the person, so no link can arise now
        CONTINUE WHEN EXISTS (SELECT FROM kf.token k WHERE k.tenant_id = s.tenant_id AND k.used_at IS NULL
                              AND k.expires_at > v_now - interval '1 hour');
        v_count := v_count + kf.registration_forget(s.tenant_id, s.staff_id)::int;
    END LOOP;
    RETURN v_count + kf.invitation_sweep(p_limit);
END
$$;

-- Deletes all of a mere registration, so that its subdomain is free. False: the business is more than that. The person
-- is locked.
CREATE OR REPLACE FUNCTION kf.registration_forget(p_tenant uuid, p_staff uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM kf.staff o WHERE o.tenant_id = p_tenant AND o.staff_id <> p_staff)
       OR EXISTS (SELECT FROM kf.service o WHERE o.tenant_id = p_tenant)
       OR EXISTS (SELECT FROM kf.professional o WHERE o.tenant_id = p_tenant)
       OR EXISTS (SELECT FROM kf.booking_link o WHERE o.tenant_id = p_tenant) THEN
        RETURN false;
    END IF;
    DELETE FROM kf.audit a WHERE a.tenant_id = p_tenant;
    DELETE FROM kf.mail m WHERE m.tenant_id = p_tenant;
    DELETE FROM kf.mail_day d WHERE d.tenant_id = p_tenant;
    DELETE FROM kf.mail_recipient r WHERE r.tenant_id = p_tenant;
    DELETE FROM kf.mail_report r WHERE r.tenant_id = p_tenant;
    DELETE FROM kf.token k WHERE k.tenant_id = p_tenant;
    DELETE FROM kf.staff x WHERE x.tenant_id = p_tenant AND x.staff_id = p_staff;
    DELETE FROM kf.tenant t WHERE t.tenant_id = p_tenant;
    RETURN true;
EXCEPTION WHEN foreign_key_violation THEN
    RETURN false; -- there is other data: not a mere registration
END
$$;

-- Deletes an unverified registration of an address after another person has proven that the address is theirs.
CREATE OR REPLACE FUNCTION kf.registration_yield(p_email text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    s record;
BEGIN
    SELECT x.tenant_id, x.staff_id INTO s FROM kf.staff x
    WHERE x.email = p_email AND x.password_hash IS NOT NULL AND x.state = 'unverified' FOR UPDATE;
    IF FOUND THEN
        PERFORM kf.registration_forget(s.tenant_id, s.staff_id);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION kf.registration_sweep, kf.registration_forget, kf.registration_yield FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.registration_sweep, kf.registration_yield TO konfirmado_app, konfirmado_owner;
RESET ROLE;
