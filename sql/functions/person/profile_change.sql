-- Changes a person's own profile: {name, language}.
CREATE OR REPLACE FUNCTION kf.profile_change(p_tenant uuid, p_staff uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.staff := kf.staff_lock(p_tenant, p_staff);
BEGIN
    PERFORM kf.doc_members(p, ARRAY['name', 'language']);
    UPDATE kf.staff x SET name = coalesce(kf.doc_text(p, 'name', 2, 100, false), s.name),
        language = kf.doc_word(p, 'language', s.language, ARRAY['es', 'en']), version = s.version + 1
    WHERE x.tenant_id = p_tenant AND x.staff_id = p_staff;
    RETURN kf.staff_get(p_tenant, p_staff);
END
$$;
