-- A list of web origins of a document, ten at most.
CREATE OR REPLACE FUNCTION kf.doc_origins(p jsonb, p_key text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_list jsonb := kf.doc_list(p, p_key, 10);
BEGIN
    IF EXISTS (SELECT FROM jsonb_array_elements(v_list) e
               WHERE jsonb_typeof(e) <> 'string'
                  OR e #>> '{}' !~ '^https?://[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:[0-9]{1,5})?$') THEN
        PERFORM kf.refuse_field('These must be origins such as https://www.example.com', p_key, 'not_an_address');
    END IF;
    RETURN ARRAY(SELECT jsonb_array_elements_text(v_list));
END
$$;
