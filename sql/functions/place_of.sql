-- A place in a list, from the values that the list is ordered by; opaque to its reader.
CREATE OR REPLACE FUNCTION kf.place_of(VARIADIC p text[]) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$ SELECT translate(encode(convert_to(to_jsonb(p)::text, 'UTF8'), 'base64'), E'+/=\n', '-_') $$;
