-- Accepts an invitation. p: {name, password_hash}. KF409 of "email": the address has an account with another business,
-- and an address is one person of one business. An unverified registration of the address is deleted, because the
-- holder of the invitation owns the address.
CREATE OR REPLACE FUNCTION kf.staff_accept(p_hash bytea, p jsonb, p_visit jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    s kf.staff := kf.token_take('invite', p_hash);
BEGIN
    IF s.state <> 'invited' THEN
        PERFORM kf.refuse('KF416', 'This link is no longer valid');
    END IF;
    PERFORM kf.registration_yield(s.email);
    PERFORM kf.staff_actor(s, p_visit);
    UPDATE kf.staff x SET state = 'active', name = kf.doc_text(p, 'name', 2, 100, true),
        password_hash = p->>'password_hash', password_changed_at = kf.now(), version = x.version + 1
    WHERE x.tenant_id = s.tenant_id AND x.staff_id = s.staff_id;
EXCEPTION WHEN unique_violation THEN
    PERFORM kf.refuse('KF409', 'This address has an account with another business', 'email');
END
$$;

-- Refuses an invitation: only a line of the log remains.
CREATE OR REPLACE FUNCTION kf.staff_refuse(p_hash bytea, p_visit jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    s kf.staff := kf.token_take('invite', p_hash);
BEGIN
    IF s.state <> 'invited' THEN
        PERFORM kf.refuse('KF416', 'This link is no longer valid');
    END IF;
    PERFORM kf.staff_actor(s, p_visit);
    PERFORM kf.audit_put(s.tenant_id, 'invitation_refused', 'staff', s.staff_id::text, s.email);
    PERFORM kf.invitation_forget(s.tenant_id, s.staff_id);
END
$$;
