-- The account of an unguessable hook id.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.hook_find(p_hook text)
RETURNS TABLE (tenant_id uuid, provider text, mode text, public_key text,
               private_key_sealed text, integrity_secret_sealed text, events_secret_sealed text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT a.tenant_id, a.provider, a.mode, a.public_key, a.private_key_sealed,
           a.integrity_secret_sealed, a.events_secret_sealed
    FROM kf.payment_account a WHERE a.hook_id = p_hook;
END
$$;
REVOKE ALL ON FUNCTION kf.hook_find FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.hook_find TO konfirmado_app, konfirmado_owner;
RESET ROLE;
