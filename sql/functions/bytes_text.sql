-- Bytes from outside as a text to be shown; what is not UTF-8 (or was cut within a character) as
-- escapes.
CREATE OR REPLACE FUNCTION kf.bytes_text(p bytea) RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN convert_from(p, 'UTF8');
EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
    RETURN encode(p, 'escape');
END
$$;
