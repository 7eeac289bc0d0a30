-- Ends a person's sign-ins except p_but (null: all).
CREATE OR REPLACE FUNCTION kf.session_end_all(p_tenant uuid, p_staff uuid, p_but uuid) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE kf.session x SET ended_at = kf.now()
    WHERE x.tenant_id = p_tenant AND x.staff_id = p_staff AND x.ended_at IS NULL
      AND x.session_id IS DISTINCT FROM p_but;
END
$$;

-- Ends one sign-in of a person; null if the person has no such live sign-in. p_action: "logout", "session_revoked".
CREATE OR REPLACE FUNCTION kf.session_end(p_tenant uuid, p_staff uuid, p_session uuid, p_action text, p_visit jsonb)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.staff := kf.staff_lock(p_tenant, p_staff);
BEGIN
    UPDATE kf.session x SET ended_at = kf.now()
    WHERE x.tenant_id = p_tenant AND x.staff_id = p_staff AND x.session_id = p_session AND x.ended_at IS NULL;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM kf.staff_actor(s, p_visit);
    PERFORM kf.audit_put(p_tenant, p_action, 'session', p_session::text, s.email);
    RETURN '{}';
END
$$;
