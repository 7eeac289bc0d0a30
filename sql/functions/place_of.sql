-- A place in a list, from the values by which the list is ordered. Opaque to clients.
CREATE OR REPLACE FUNCTION kf.place_of(VARIADIC p text[]) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$ SELECT translate(encode(convert_to(to_jsonb(p)::text, 'UTF8'), 'base64'), E'+/=\n', '-_') $$;
