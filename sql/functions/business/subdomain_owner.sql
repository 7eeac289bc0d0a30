-- The owner of a subdomain; null: none. Host names are public, so this reveals nothing.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.subdomain_owner(p_name text) RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT t.tenant_id FROM kf.tenant t WHERE t.subdomain = p_name);
END
$$;
REVOKE ALL ON FUNCTION kf.subdomain_owner FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.subdomain_owner TO konfirmado_app, konfirmado_owner;
RESET ROLE;
