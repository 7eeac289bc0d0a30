-- An instant of a document, RFC 3339.
CREATE OR REPLACE FUNCTION kf.doc_instant(p jsonb, p_key text, p_required boolean) RETURNS timestamptz
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN kf.doc_match(p, p_key,
        '^2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})$',
        p_required)::timestamptz;
EXCEPTION WHEN data_exception THEN
    PERFORM kf.refuse_field('This is not a time', p_key, 'not_a_time');
END
$$;
