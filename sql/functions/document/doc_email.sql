-- An email address of a document, checked as far as possible without sending a mail.
CREATE OR REPLACE FUNCTION kf.doc_email(p jsonb, p_key text, p_required boolean) RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v text := kf.doc_text(p, p_key, 3, 254, p_required);
BEGIN
    IF v !~ '^[^[:space:]@<>,;:"()]+@[^[:space:]@<>,;:"()]+$' THEN
        PERFORM kf.refuse_field('This is not an email address', p_key, 'not_an_email');
    END IF;
    RETURN v;
END
$$;
