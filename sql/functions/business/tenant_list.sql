-- Every tenant, for the operator.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.tenant_list()
RETURNS TABLE (tenant_id uuid, doc jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY SELECT t.tenant_id, kf.iso_times(to_jsonb(t), t.tenant_id) || kf.standing_of(t) FROM kf.tenant t ORDER BY t.subdomain;
END
$$;
REVOKE ALL ON FUNCTION kf.tenant_list FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.tenant_list TO konfirmado_app, konfirmado_owner;
RESET ROLE;
