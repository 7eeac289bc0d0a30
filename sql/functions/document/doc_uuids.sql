-- A list of ids of a document.
CREATE OR REPLACE FUNCTION kf.doc_uuids(p jsonb, p_key text, p_max int) RETURNS uuid[]
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN ARRAY(SELECT DISTINCT kf.doc_uuid(jsonb_build_object(p_key, e), p_key, true)
                 FROM jsonb_array_elements(kf.doc_list(p, p_key, p_max)) e);
END
$$;
