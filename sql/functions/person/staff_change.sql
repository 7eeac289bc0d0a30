-- Refuses a change that leaves a business without an owner who can sign in. Locks all owners, so that two owners cannot
-- remove each other at once.
CREATE OR REPLACE FUNCTION kf.owner_check(p_tenant uuid, p_id uuid) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM FROM kf.staff x WHERE x.tenant_id = p_tenant AND x.role = 'owner' ORDER BY x.staff_id FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM kf.staff x WHERE x.tenant_id = p_tenant AND x.role = 'owner' AND x.state = 'active'
                   AND x.staff_id <> p_id) THEN
        PERFORM kf.refuse('KF409', 'A business must have at least one owner');
    END IF;
END
$$;

-- Changes a person: {name, role, enabled}. Disabling ends all sign-ins and links of the person at once.
CREATE OR REPLACE FUNCTION kf.staff_change(p_tenant uuid, p_id uuid, p_version int, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.staff;
    v_role text;
    v_out boolean;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['name', 'role', 'enabled']);
    PERFORM FROM kf.staff x WHERE x.tenant_id = p_tenant AND x.role = 'owner' ORDER BY x.staff_id FOR NO KEY UPDATE;
    s := kf.staff_lock(p_tenant, p_id, p_version);
    IF s.staff_id IS NULL THEN
        RETURN NULL;
    END IF;
    v_role := kf.doc_word(p, 'role', s.role, ARRAY['owner', 'staff']);
    v_out := NOT kf.doc_bool(p, 'enabled', s.state <> 'disabled');
    IF s.role = 'owner' AND s.state = 'active' AND (v_role <> 'owner' OR v_out) THEN
        PERFORM kf.owner_check(p_tenant, p_id);
    END IF;
    UPDATE kf.staff x SET name = coalesce(kf.doc_text(p, 'name', 2, 100, false), s.name), role = v_role,
        state = CASE WHEN v_out THEN 'disabled' WHEN s.state <> 'disabled' THEN s.state
                     WHEN s.password_hash IS NULL THEN 'invited' ELSE 'active' END,
        version = s.version + 1
    WHERE x.tenant_id = p_tenant AND x.staff_id = p_id;
    IF v_out THEN
        PERFORM kf.session_end_all(p_tenant, p_id, NULL);
        UPDATE kf.token t SET used_at = kf.now()
        WHERE t.tenant_id = p_tenant AND t.staff_id = p_id AND t.used_at IS NULL;
    END IF;
    RETURN kf.staff_get(p_tenant, p_id);
END
$$;
