-- An id of a document.
CREATE OR REPLACE FUNCTION kf.doc_uuid(p jsonb, p_key text, p_required boolean) RETURNS uuid
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN kf.doc_match(p, p_key, '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$', p_required)::uuid;
END
$$;
