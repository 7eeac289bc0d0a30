-- A text member that must match a pattern.
CREATE OR REPLACE FUNCTION kf.doc_match(p jsonb, p_key text, p_pattern text, p_required boolean)
RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v text := kf.doc_text(p, p_key, 0, 2000, p_required);
BEGIN
    IF v !~ p_pattern THEN
        PERFORM kf.refuse('KF422', 'This is not valid', p_key);
    END IF;
    RETURN v;
END
$$;
