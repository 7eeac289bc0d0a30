-- A date of a document, YYYY-MM-DD.
CREATE OR REPLACE FUNCTION kf.doc_day(p jsonb, p_key text) RETURNS date
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN kf.doc_match(p, p_key, '^2[0-9]{3}-[0-9]{2}-[0-9]{2}$', true)::date;
EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format THEN
    PERFORM kf.refuse_field('This is not a date', p_key, 'not_a_date');
END
$$;
