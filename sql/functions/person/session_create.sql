-- Uses the code of a sign-in: a step of the app, or a recovery code (hex). Of two sign-ins with the same code the
-- second is refused. Returns the number of recovery codes left, if one was used.
CREATE OR REPLACE FUNCTION kf.second_factor_use(s kf.staff, p_step bigint, p_code text) RETURNS int
LANGUAGE plpgsql
AS $$
BEGIN
    IF p_step IS NOT NULL THEN
        UPDATE kf.staff x SET totp_last_step = p_step
        WHERE x.tenant_id = s.tenant_id AND x.staff_id = s.staff_id AND coalesce(x.totp_last_step, 0) < p_step;
    ELSIF p_code IS NOT NULL THEN
        UPDATE kf.recovery_code c SET used_at = kf.now()
        WHERE c.tenant_id = s.tenant_id AND c.staff_id = s.staff_id AND c.code_hash = decode(p_code, 'hex')
          AND c.used_at IS NULL;
    END IF;
    IF (p_step IS NULL AND p_code IS NULL) OR NOT FOUND THEN
        PERFORM kf.refuse('KF441', 'This code is wrong or was already used', 'code');
    END IF;
    RETURN CASE WHEN p_step IS NULL THEN
        (SELECT count(*) FROM kf.recovery_code c
         WHERE c.tenant_id = s.tenant_id AND c.staff_id = s.staff_id AND c.used_at IS NULL) END;
END
$$;

-- Creates a sign-in after the password was verified; p_verified is the hash that it was compared with. p: {ip,
-- user_agent, request_id, step, code, password_hash (a new hash)}. Returns the number of recovery codes left if one was
-- used, else null. KF440: the password has changed meanwhile, or p_session exists already.
CREATE OR REPLACE FUNCTION kf.session_create(p_tenant uuid, p_staff uuid, p_session uuid, p_hash bytea,
                                             p_verified text, p jsonb) RETURNS int
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.staff := kf.staff_lock(p_tenant, p_staff);
    v_left int;
BEGIN
    IF s.state IS DISTINCT FROM 'active' OR s.password_hash IS DISTINCT FROM p_verified
       OR EXISTS (SELECT FROM kf.session x WHERE x.tenant_id = p_tenant AND x.session_id = p_session) THEN
        PERFORM kf.refuse('KF440', 'The email or the password is not right');
    END IF;
    PERFORM kf.staff_actor(s, p);
    IF s.totp_enabled_at IS NOT NULL THEN
        v_left := kf.second_factor_use(s, (p->>'step')::bigint, p->>'code');
    END IF;
    -- A device without a stored sign-in counts as new. Sign-ins are deleted after a while (kf.session_sweep).
    IF s.last_login_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM kf.session x WHERE x.tenant_id = p_tenant AND x.staff_id = p_staff
                       AND (x.ip = coalesce(p->>'ip', '') OR x.user_agent = coalesce(p->>'user_agent', ''))) THEN
        PERFORM kf.mail_put(p_tenant, gen_random_uuid(), 'new_sign_in', s.email, s.name, s.language,
            jsonb_build_object('ip', p->>'ip', 'device', p->>'user_agent'), NULL);
    END IF;
    INSERT INTO kf.session (tenant_id, session_id, staff_id, token_hash, ip, user_agent, created_at, seen_at,
                            expires_at)
    VALUES (p_tenant, p_session, p_staff, p_hash, coalesce(p->>'ip', ''), coalesce(p->>'user_agent', ''), kf.now(),
            kf.now(), kf.now() + interval '12 hours');
    UPDATE kf.staff x SET last_login_at = kf.now(), password_hash = coalesce(p->>'password_hash', x.password_hash)
    WHERE x.tenant_id = p_tenant AND x.staff_id = p_staff;
    PERFORM kf.audit_put(p_tenant, 'login_succeeded', 'staff', p_staff::text, s.email);
    RETURN v_left;
END
$$;
