-- A customer's zone, or p_else if the server's time zone data lacks it: names can disappear, and a database may be
-- restored on a server without one. kf.zone_name is restored too, so the server itself is asked.
CREATE OR REPLACE FUNCTION kf.zone_or(p_zone text, p_else text) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    PERFORM kf.now() AT TIME ZONE p_zone;
    RETURN p_zone;
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN p_else;
END
$$;
