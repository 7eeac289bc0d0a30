-- Invites a person, or renews an open invitation. p: {email, name, role, language, by}. p_mail null: the link is handed
-- over personally. KF409 of "email": the address belongs to a person of this business. An account with another business
-- makes no difference here; the invited person learns of it when accepting.
CREATE OR REPLACE FUNCTION kf.staff_invite(p_tenant uuid, p_id uuid, p jsonb, p_hash bytea, p_mail uuid,
                                           p_sealed text) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_email text := lower(kf.doc_email(p, 'email', true));
    v_role text := kf.doc_word(p, 'role', 'staff', ARRAY['owner', 'staff']);
    v_name text := coalesce(kf.doc_text(p, 'name', 0, 100, false), '');
    v_language text := kf.doc_word(p, 'language', (SELECT t.language FROM kf.tenant t WHERE t.tenant_id = p_tenant),
                                   ARRAY['es', 'en']);
    s kf.staff;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['email', 'name', 'role', 'language', 'by']);
    SELECT x.* INTO s FROM kf.staff x WHERE x.tenant_id = p_tenant AND x.email = v_email FOR NO KEY UPDATE;
    IF FOUND AND s.state <> 'invited' THEN
        PERFORM kf.refuse('KF409', 'This person is already in your business', 'email');
    ELSIF FOUND THEN
        UPDATE kf.staff x SET role = v_role, name = v_name, language = v_language, version = x.version + 1
        WHERE x.tenant_id = p_tenant AND x.staff_id = s.staff_id RETURNING x.* INTO s;
    ELSE
        INSERT INTO kf.staff (tenant_id, staff_id, email, name, role, state, language, created_at)
        VALUES (p_tenant, p_id, v_email, v_name, v_role, 'invited', v_language, kf.now()) RETURNING * INTO s;
    END IF;
    PERFORM kf.token_put(s, 'invite', p_hash, p_mail, p_sealed, jsonb_build_object('role', v_role, 'by', p->>'by'));
    RETURN kf.staff_get(p_tenant, s.staff_id);
EXCEPTION WHEN unique_violation THEN -- two owners invited at the same moment
    PERFORM kf.refuse('KF409', 'This person is already in your business', 'email');
END
$$;
