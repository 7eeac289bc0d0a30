-- A text member with one of the given words.
CREATE OR REPLACE FUNCTION kf.doc_word(p jsonb, p_key text, p_default text, p_words text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v text := coalesce(kf.doc_text(p, p_key, 0, 100, false), p_default);
BEGIN
    IF v <> ALL (p_words) THEN
        PERFORM kf.refuse_field('This must be one of: ' || array_to_string(p_words, ', '), p_key, 'not_one_of');
    END IF;
    RETURN v;
END
$$;
