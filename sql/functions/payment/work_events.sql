-- Leases events whose transaction must be read, the tenants in turn, each one's oldest first.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_events(p_limit int, p_lease_s int)
RETURNS TABLE (tenant_id uuid, event_id uuid, provider text, tx_id text, reference text, attempts int,
               mode text, public_key text, private_key_sealed text, integrity_secret_sealed text,
               events_secret_sealed text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT x.tenant_id, x.event_id, x.provider, x.tx_id, x.reference, x.attempts, c.mode, c.public_key,
           c.private_key_sealed, c.integrity_secret_sealed, c.events_secret_sealed
    FROM kf.lease_events(p_limit, p_lease_s) x
    LEFT JOIN kf.payment_attempt a
        ON a.tenant_id = x.tenant_id AND a.provider = x.provider AND a.reference = x.reference
    -- The account of the attempt, or the active one for an unknown reference.
    LEFT JOIN kf.payment_account c
        ON c.tenant_id = x.tenant_id AND c.provider = x.provider
       AND CASE WHEN a.mode IS NULL THEN c.active ELSE c.mode = a.mode END;
END
$$;
REVOKE ALL ON FUNCTION kf.work_events FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_events TO konfirmado_app, konfirmado_owner;
RESET ROLE;
