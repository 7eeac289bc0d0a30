-- The values of the place after which a page begins (kf.place_of); null for the first page.
-- p_kinds has a letter for each value: n an integer, u an id, t a text.
CREATE OR REPLACE FUNCTION kf.place_read(p jsonb, p_kinds text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_text text := kf.doc_match(p, 'after', '^[A-Za-z0-9_-]+$', false);
    v jsonb;
    v_values text[];
BEGIN
    IF v_text IS NULL THEN
        RETURN NULL;
    END IF;
    v_text := translate(v_text, '-_', '+/') || repeat('=', -length(v_text) & 3);
    v := convert_from(decode(v_text, 'base64'), 'UTF8')::jsonb;
    v_values := ARRAY(SELECT jsonb_array_elements_text(v));
    IF cardinality(v_values) <> length(p_kinds) OR EXISTS (
            SELECT FROM unnest(v_values) WITH ORDINALITY e(value, n)
            WHERE e.value IS NULL OR e.value !~ CASE substr(p_kinds, e.n::int, 1)
                WHEN 'n' THEN '^-?[0-9]{1,18}$'
                WHEN 'u' THEN '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                ELSE '' END) THEN
        PERFORM kf.refuse_field('This is not a place in the list', 'after', 'not_there');
    END IF;
    RETURN v_values;
EXCEPTION WHEN data_exception THEN
    PERFORM kf.refuse_field('This is not a place in the list', 'after', 'not_there');
END
$$;
