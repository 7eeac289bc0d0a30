-- Leases open attempts that are due for a poll, the tenants in turn. tx_hint: what to ask about first, the checkout that
-- the provider made or the transaction that the payer's browser named.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_polls(p_limit int, p_lease_s int)
RETURNS TABLE (tenant_id uuid, attempt_id uuid, booking_id uuid, provider text, reference text, tx_hint text,
               mode text, public_key text, private_key_sealed text, integrity_secret_sealed text,
               events_secret_sealed text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT x.tenant_id, x.attempt_id, x.booking_id, x.provider, x.reference, coalesce(x.checkout_id, x.tx_hint), c.mode,
           c.public_key, c.private_key_sealed, c.integrity_secret_sealed, c.events_secret_sealed
    FROM kf.lease_polls(p_limit, p_lease_s) x
    JOIN kf.payment_account c
        ON c.tenant_id = x.tenant_id AND c.provider = x.provider AND c.mode = x.mode;
END
$$;
REVOKE ALL ON FUNCTION kf.work_polls FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_polls TO konfirmado_app, konfirmado_owner;
RESET ROLE;
