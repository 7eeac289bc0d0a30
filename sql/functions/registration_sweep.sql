-- Forgets businesses whose registration nobody confirmed within a week: nothing of them stays, and
-- their subdomain is free. A business with anything else (an operator set it up, say) is left
-- alone, and one whose last link is still good. How many, at most p_limit.
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
        -- whoever makes a link has the person locked, so none can come now
        CONTINUE WHEN EXISTS (SELECT FROM kf.token k WHERE k.tenant_id = s.tenant_id AND k.used_at IS NULL
                              AND k.expires_at > v_now - interval '1 hour')
            OR EXISTS (SELECT FROM kf.staff o WHERE o.tenant_id = s.tenant_id AND o.staff_id <> s.staff_id)
            OR EXISTS (SELECT FROM kf.service o WHERE o.tenant_id = s.tenant_id)
            OR EXISTS (SELECT FROM kf.professional o WHERE o.tenant_id = s.tenant_id)
            OR EXISTS (SELECT FROM kf.booking_link o WHERE o.tenant_id = s.tenant_id);
        BEGIN
            DELETE FROM kf.audit a WHERE a.tenant_id = s.tenant_id;
            DELETE FROM kf.mail m WHERE m.tenant_id = s.tenant_id;
            DELETE FROM kf.token k WHERE k.tenant_id = s.tenant_id;
            DELETE FROM kf.staff x WHERE x.tenant_id = s.tenant_id AND x.staff_id = s.staff_id;
            DELETE FROM kf.tenant t WHERE t.tenant_id = s.tenant_id;
            v_count := v_count + 1;
        EXCEPTION WHEN foreign_key_violation THEN
            NULL; -- something else is there: it is not a mere registration
        END;
    END LOOP;
    RETURN v_count;
END
$$;
REVOKE ALL ON FUNCTION kf.registration_sweep FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.registration_sweep TO konfirmado_app, konfirmado_owner;
RESET ROLE;
