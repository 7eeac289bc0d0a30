-- A date of a document, or the default if it is missing.
CREATE OR REPLACE FUNCTION kf.doc_day_or(p jsonb, p_key text, p_default date) RETURNS date
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN CASE WHEN p->>p_key IS NULL THEN p_default ELSE kf.doc_day(p, p_key) END;
END
$$;
