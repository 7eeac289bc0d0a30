-- A boolean of a document.
CREATE OR REPLACE FUNCTION kf.doc_bool(p jsonb, p_key text, p_default boolean) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    IF p->>p_key IS NULL THEN
        RETURN p_default;
    ELSIF jsonb_typeof(p->p_key) <> 'boolean' THEN
        PERFORM kf.refuse_field('This must be true or false', p_key, 'wrong_type');
    END IF;
    RETURN (p->>p_key)::boolean;
END
$$;
