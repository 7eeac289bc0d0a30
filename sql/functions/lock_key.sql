-- The key of the advisory lock for a thing.
CREATE OR REPLACE FUNCTION kf.lock_key(p_what text, p_tenant uuid, p_of text) RETURNS bigint
LANGUAGE sql IMMUTABLE
AS $$ SELECT hashtextextended(p_what || ' ' || p_tenant::text || ' ' || p_of, 0) $$;
