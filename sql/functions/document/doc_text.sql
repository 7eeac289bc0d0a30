-- A text member of a document with p_min to p_max characters; null if it is missing or null, which is refused for a
-- required one. A text with a minimum length has no surrounding white space, since blanks alone are no name.
CREATE OR REPLACE FUNCTION kf.doc_text(p jsonb, p_key text, p_min int, p_max int, p_required boolean)
RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v text := p->>p_key;
BEGIN
    IF v IS NULL THEN
        IF p_required THEN
            PERFORM kf.refuse_field('This is required', p_key, 'required');
        END IF;
        RETURN NULL;
    END IF;
    IF jsonb_typeof(p->p_key) <> 'string' THEN
        PERFORM kf.refuse_field('This must be a string', p_key, 'wrong_type');
    END IF;
    IF p_min > 0 THEN
        v := btrim(v, U&' \0009\000A\000D\00A0\2000\2001\2002\2003\2004\2005\2006\2007\2008\2009\200A\200B\202F\205F\3000');
    END IF;
    IF length(v) NOT BETWEEN p_min AND p_max THEN
        PERFORM kf.refuse_field(format('This must have %s to %s characters', p_min, p_max), p_key,
            CASE WHEN length(v) > p_max THEN 'too_long' ELSE 'too_short' END, p_min, p_max);
    ELSIF v ~ '[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]' THEN
        PERFORM kf.refuse_field('Control characters are not allowed', p_key, 'bad_characters');
    END IF;
    RETURN v;
END
$$;
