-- A document without some members; what is not an object is refused.
CREATE OR REPLACE FUNCTION kf.doc_without(p jsonb, p_members text[]) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    IF jsonb_typeof(p) IS DISTINCT FROM 'object' THEN
        PERFORM kf.refuse('KF422', 'An object is expected');
    END IF;
    RETURN p - p_members;
END
$$;
