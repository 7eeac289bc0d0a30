-- Verifies an address. The person has proven that the address is theirs, and by p_verified, the hash that the password
-- was compared with, that this link's registration is theirs too: a person who only reads the mail cannot know the
-- password of a stranger's registration. The registered data becomes the account's; all other links end.
CREATE OR REPLACE FUNCTION kf.staff_verify(p_hash bytea, p_verified text, p_visit jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    s kf.staff := kf.token_take('verify', p_hash);
    r jsonb := (SELECT coalesce(t.registration, '{}') FROM kf.token t
                WHERE t.tenant_id = s.tenant_id AND t.token_hash = p_hash);
BEGIN
    IF s.state <> 'unverified' THEN
        PERFORM kf.refuse('KF416', 'This link is no longer valid');
    ELSIF coalesce(r->>'password_hash', s.password_hash) IS DISTINCT FROM p_verified THEN
        PERFORM kf.refuse('KF440', 'This is not the password of the registration', 'password');
    END IF;
    PERFORM kf.staff_actor(s, p_visit);
    UPDATE kf.staff x SET state = 'active', password_hash = p_verified, password_changed_at = kf.now(),
        language = coalesce(r->>'language', x.language)
    WHERE x.tenant_id = s.tenant_id AND x.staff_id = s.staff_id;
    UPDATE kf.token t SET used_at = kf.now()
    WHERE t.tenant_id = s.tenant_id AND t.staff_id = s.staff_id AND t.used_at IS NULL;
    IF NOT EXISTS (SELECT FROM kf.staff x WHERE x.tenant_id = s.tenant_id AND x.staff_id <> s.staff_id) THEN
        UPDATE kf.tenant t SET name = coalesce(r->>'business', t.name), language = coalesce(r->>'language', t.language)
        WHERE t.tenant_id = s.tenant_id
          AND (t.name, t.language) IS DISTINCT FROM (coalesce(r->>'business', t.name), coalesce(r->>'language', t.language));
    END IF;
    PERFORM kf.audit_put(s.tenant_id, 'email_verified', 'staff', s.staff_id::text, s.email);
END
$$;

-- For servers of version 12, which do not ask for the password: the password of the link's registration is used. To be
-- removed when kf.meta 'serves' has passed 12.
CREATE OR REPLACE FUNCTION kf.staff_verify(p_hash bytea, p_visit jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM kf.staff_verify(p_hash, kf.token_password(p_hash), p_visit);
END
$$;
