-- A time zone of a document, spelled exactly.
CREATE OR REPLACE FUNCTION kf.doc_zone(p jsonb, p_key text, p_default text) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v text := coalesce(kf.doc_text(p, p_key, 1, 64, false), p_default);
BEGIN
    IF NOT EXISTS (SELECT FROM kf.zone_name z WHERE z.name = v) THEN
        PERFORM kf.refuse_field('This is not a time zone', p_key, 'not_a_time_zone');
    END IF;
    RETURN v;
END
$$;
