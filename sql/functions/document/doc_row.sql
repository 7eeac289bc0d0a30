-- The columns of a noun's row from its document p, each checked by its field (kf.fields). A member not in p comes from
-- the existing row p_old, or else from the field's default. The row is for jsonb_populate_record. An unknown member is
-- refused. Fields marked `apart` are left to the caller.
CREATE OR REPLACE FUNCTION kf.doc_row(p_noun text, p_old jsonb, p jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_fields jsonb := kf.fields(p_noun);
    v_row jsonb := '{}';
    d jsonb;
    f jsonb;
BEGIN
    PERFORM kf.doc_known(p_noun, p);
    d := p_old || p;
    FOR f IN SELECT x FROM jsonb_array_elements(v_fields) x WHERE NOT x ? 'apart' LOOP
        v_row := v_row || jsonb_build_object(f->>'name', coalesce(kf.doc_field(d, f), f->'absent'));
    END LOOP;
    RETURN v_row;
END
$$;

-- The value of a field in a document; null: none.
CREATE OR REPLACE FUNCTION kf.doc_field(p jsonb, f jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_name text := f->>'name';
    v_must boolean := (f->>'required')::boolean;
    v_min bigint := (f->>'min')::bigint;
    v_max bigint := (f->>'max')::bigint;
BEGIN
    CASE f->>'type'
        WHEN 'text' THEN
            RETURN to_jsonb(kf.doc_text(p, v_name, v_min::int, v_max::int, v_must));
        WHEN 'int' THEN
            RETURN to_jsonb(kf.doc_int(p, v_name, v_min, v_max, v_must));
        WHEN 'bool' THEN
            RETURN to_jsonb(kf.doc_bool(p, v_name, NULL));
        WHEN 'word' THEN
            RETURN to_jsonb(kf.doc_word(p, v_name, NULL, ARRAY(SELECT jsonb_array_elements_text(f->'words'))));
        WHEN 'email' THEN
            RETURN to_jsonb(kf.doc_email(p, v_name, v_must));
        WHEN 'url' THEN
            PERFORM kf.doc_text(p, v_name, 0, v_max::int, v_must);
            RETURN to_jsonb(kf.doc_match(p, v_name, '^https://[^[:space:][:cntrl:]]{4,}$', v_must));
        WHEN 'web' THEN
            RETURN to_jsonb(kf.doc_match(p, v_name, '^https?://', v_must));
        WHEN 'color' THEN
            RETURN to_jsonb(kf.doc_match(p, v_name, '^#[0-9A-Fa-f]{6}$', v_must));
        WHEN 'currency' THEN
            RETURN to_jsonb(kf.doc_match(p, v_name, '^[A-Z]{3}$', v_must));
        WHEN 'picture' THEN
            RETURN to_jsonb(kf.doc_match(p, v_name, '^(https://|/[^/])', v_must));
    END CASE;
END
$$;

-- Refuses a document with a member that is no field of the noun.
CREATE OR REPLACE FUNCTION kf.doc_known(p_noun text, p jsonb) RETURNS void
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    PERFORM kf.doc_members(p, ARRAY(SELECT x->>'name' FROM jsonb_array_elements(kf.fields(p_noun)) x));
END
$$;
