-- An instant as RFC 3339 text in UTC, to the second.
CREATE OR REPLACE FUNCTION kf.iso(p_at timestamptz) RETURNS text
LANGUAGE sql STABLE
AS $$ SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') $$;
