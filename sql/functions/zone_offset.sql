-- Seconds east of UTC in a zone at an instant.
CREATE OR REPLACE FUNCTION kf.zone_offset(p_zone text, p_at timestamptz) RETURNS int
LANGUAGE sql STABLE
AS $$ SELECT extract(epoch FROM (p_at AT TIME ZONE p_zone) - (p_at AT TIME ZONE 'UTC'))::int $$;
