-- An instant as RFC 3339 text in a zone, to the second, with the zone's offset at that instant.
CREATE OR REPLACE FUNCTION kf.iso_local(p_at timestamptz, p_zone text) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT to_char(p_at AT TIME ZONE p_zone, 'YYYY-MM-DD"T"HH24:MI:SS')
           || CASE WHEN o.s < 0 THEN '-' ELSE '+' END
           || to_char(make_interval(secs => abs(o.s)), 'HH24:MI')
    FROM kf.zone_offset(p_zone, p_at) AS o(s)
$$;
