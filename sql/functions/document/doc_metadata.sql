-- The metadata that a caller of the API adds to a booking for its own use, {"name": "text"}: at most 20 names of 1 to
-- 40 characters (letters, digits, ".", "-" and "_"), each with a text of up to 200. null: none. The name under which a
-- message carries its signature is reserved.
CREATE OR REPLACE FUNCTION kf.doc_metadata(p jsonb, p_key text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v jsonb := p->p_key;
    v_key text;
BEGIN
    IF p->>p_key IS NULL THEN
        RETURN NULL;
    ELSIF jsonb_typeof(v) <> 'object' THEN
        PERFORM kf.refuse('KF422', 'This must be an object of strings', p_key);
    ELSIF (SELECT count(*) FROM jsonb_object_keys(v)) > 20 THEN
        PERFORM kf.refuse('KF422', 'This may have at most 20 members', p_key);
    END IF;
    FOR v_key IN SELECT k FROM jsonb_object_keys(v) k ORDER BY k LOOP
        IF v_key !~ '^[A-Za-z0-9_.-]{1,40}$' OR v_key = 'firma_hmac' THEN
            PERFORM kf.refuse('KF422', 'A name must have 1 to 40 letters, digits, periods, hyphens or underscores', p_key);
        END IF;
        PERFORM kf.doc_text(jsonb_build_object(p_key || '.' || v_key, v->v_key), p_key || '.' || v_key, 0, 200, true);
    END LOOP;
    RETURN NULLIF(v, '{}');
END
$$;
