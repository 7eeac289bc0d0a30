-- A picture by the name in its URL, of any business: the name gives the right to see it.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.upload_find(p_name text)
RETURNS TABLE (media_type text, size int, bytes bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY SELECT u.media_type, u.size, u.bytes FROM kf.upload u WHERE u.name = p_name;
END
$$;
REVOKE ALL ON FUNCTION kf.upload_find FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.upload_find TO konfirmado_app, konfirmado_owner;
RESET ROLE;
