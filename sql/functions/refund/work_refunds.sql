-- Leases refunds to be requested or checked at the provider, the tenants in turn. A refund that is not a void of the
-- whole payment (once) may be requested only by its first lease; asked: it was leased for that before. A second request
-- would be a second refund.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_refunds(p_limit int, p_lease_s int)
RETURNS TABLE (tenant_id uuid, refund_id uuid, payment_id uuid, provider text, tx_id text, amount_cents bigint,
               currency text, can_void boolean, attempts int, once boolean, asked boolean, provider_ref text, mode text, public_key text,
               private_key_sealed text, integrity_secret_sealed text, events_secret_sealed text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_leased kf.refund[] := ARRAY(SELECT x FROM kf.lease_refunds(p_limit, p_lease_s) x);
BEGIN
    UPDATE kf.refund x SET asked_at = kf.now()
    FROM unnest(v_leased) l JOIN kf.payment p ON p.tenant_id = l.tenant_id AND p.payment_id = l.payment_id
    WHERE x.tenant_id = l.tenant_id AND x.refund_id = l.refund_id AND x.asked_at IS NULL
      AND kf.refund_once(x.amount_cents, p);
    RETURN QUERY
    SELECT x.tenant_id, x.refund_id, x.payment_id, p.provider, p.provider_tx_id, x.amount_cents,
           x.currency, p.can_void, x.attempts, kf.refund_once(x.amount_cents, p),
           kf.refund_once(x.amount_cents, p) AND x.asked_at IS NOT NULL, x.provider_ref, c.mode, c.public_key, c.private_key_sealed,
           c.integrity_secret_sealed, c.events_secret_sealed
    FROM unnest(v_leased) x
    JOIN kf.payment p ON p.tenant_id = x.tenant_id AND p.payment_id = x.payment_id
    LEFT JOIN kf.payment_attempt a ON a.tenant_id = p.tenant_id AND a.attempt_id = p.attempt_id
    LEFT JOIN kf.payment_account c
        ON c.tenant_id = x.tenant_id AND c.provider = p.provider
       AND CASE WHEN a.mode IS NULL THEN c.active ELSE c.mode = a.mode END;
END
$$;
REVOKE ALL ON FUNCTION kf.work_refunds FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_refunds TO konfirmado_app, konfirmado_owner;
RESET ROLE;
