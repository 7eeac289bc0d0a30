-- A new password in the place of another: the other sign-ins and every link for a new password end,
-- and a mail tells of it. p_session: the sign-in that goes on; null: none.
CREATE OR REPLACE FUNCTION kf.password_set(s kf.staff, p_session uuid, p_password_hash text, p_visit jsonb)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE kf.staff x SET password_hash = p_password_hash, password_changed_at = kf.now(),
        state = CASE WHEN x.state IN ('unverified', 'invited') THEN 'active' ELSE x.state END
    WHERE x.tenant_id = s.tenant_id AND x.staff_id = s.staff_id;
    UPDATE kf.token t SET used_at = kf.now()
    WHERE t.tenant_id = s.tenant_id AND t.staff_id = s.staff_id AND t.used_at IS NULL;
    PERFORM kf.session_end_all(s.tenant_id, s.staff_id, p_session);
    PERFORM kf.audit_put(s.tenant_id, 'password_changed', 'staff', s.staff_id::text, s.email);
    PERFORM kf.mail_put(s.tenant_id, gen_random_uuid(), 'password_changed', s.email, s.name, s.language,
                        jsonb_build_object('ip', p_visit->>'ip'), NULL);
END
$$;

-- By the link of a mail.
CREATE OR REPLACE FUNCTION kf.password_reset(p_hash bytea, p_password_hash text, p_visit jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    s kf.staff := kf.token_take('reset', p_hash);
BEGIN
    IF s.state NOT IN ('active', 'unverified') THEN
        PERFORM kf.refuse('KF416', 'This link is not valid any more');
    END IF;
    PERFORM kf.staff_actor(s, p_visit);
    PERFORM kf.password_set(s, NULL, p_password_hash, p_visit);
END
$$;

-- By somebody who is signed in and knew the former one. KF409: it was changed meanwhile.
CREATE OR REPLACE FUNCTION kf.password_change(p_tenant uuid, p_staff uuid, p_session uuid, p_former text,
                                              p_password_hash text, p_visit jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.staff := kf.staff_lock(p_tenant, p_staff);
BEGIN
    IF s.password_hash IS DISTINCT FROM p_former OR s.state IS DISTINCT FROM 'active' THEN
        PERFORM kf.refuse('KF409', 'The password was changed meanwhile');
    END IF;
    PERFORM kf.staff_actor(s, p_visit);
    PERFORM kf.password_set(s, p_session, p_password_hash, p_visit);
END
$$;
