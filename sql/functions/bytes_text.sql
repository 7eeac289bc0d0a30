-- External bytes as a printable text. Bytes that are not UTF-8 (or a character that was cut) become escapes.
CREATE OR REPLACE FUNCTION kf.bytes_text(p bytea) RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN convert_from(p, 'UTF8');
EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
    RETURN encode(p, 'escape');
END
$$;
