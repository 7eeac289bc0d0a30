-- An array of a document with at most p_max elements; empty if missing.
CREATE OR REPLACE FUNCTION kf.doc_list(p jsonb, p_key text, p_max int) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    IF p->>p_key IS NULL THEN
        RETURN '[]';
    ELSIF jsonb_typeof(p->p_key) <> 'array' THEN
        PERFORM kf.refuse_field('This must be an array', p_key, 'wrong_type');
    ELSIF jsonb_array_length(p->p_key) > p_max THEN
        PERFORM kf.refuse_field(format('This must have at most %s elements', p_max), p_key, 'wrong_count', 0, p_max);
    END IF;
    RETURN p->p_key;
END
$$;
