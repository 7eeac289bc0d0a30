-- Refuses a value that is not an object or has a member outside the list.
CREATE OR REPLACE FUNCTION kf.doc_members(p jsonb, p_allowed text[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_key text;
BEGIN
    IF jsonb_typeof(p) IS DISTINCT FROM 'object' THEN
        PERFORM kf.refuse('KF422', 'This must be an object');
    END IF;
    SELECT k INTO v_key FROM jsonb_object_keys(p) k WHERE k <> ALL (p_allowed) ORDER BY k LIMIT 1;
    IF FOUND THEN
        PERFORM kf.refuse_field('There is no such field', v_key, 'unknown_field');
    END IF;
END
$$;
