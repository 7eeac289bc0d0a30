-- An instant as RFC 3339 text in a zone, to the second, with the zone's offset at that instant.
CREATE OR REPLACE FUNCTION kf.iso_local(p_at timestamptz, p_zone text) RETURNS text
LANGUAGE plpgsql STABLE STRICT
AS $$
DECLARE
    v_local timestamp := p_at AT TIME ZONE p_zone;
    v_min int := extract(epoch FROM v_local - (p_at AT TIME ZONE 'UTC')) / 60;
BEGIN
    RETURN replace(date_trunc('second', v_local)::text, ' ', 'T') || CASE WHEN v_min < 0 THEN '-' ELSE '+' END
           || lpad((abs(v_min) / 60)::text, 2, '0') || ':' || lpad((abs(v_min) % 60)::text, 2, '0');
END
$$;
