-- A customer's zone, or p_else where the server's time-zone data does not know it: names go, and a database may be
-- restored beside data that lacks one. kf.zone_name has come along then, so the server itself is asked.
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
