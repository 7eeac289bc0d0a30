-- Sets a tenant's account at a provider and makes it active. An existing account keeps its hook id, because the
-- provider's dashboard has the address. Returns the hook id in use.
CREATE OR REPLACE FUNCTION kf.payment_account_put(p_tenant uuid, p_provider text, p_mode text,
    p_public_key text, p_private_sealed text, p_integrity_sealed text, p_events_sealed text, p_hook text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_hook text;
BEGIN
    UPDATE kf.payment_account a SET active = false
    WHERE a.tenant_id = p_tenant AND a.active AND (a.provider, a.mode) <> (p_provider, p_mode);
    INSERT INTO kf.payment_account AS a (tenant_id, provider, mode, public_key, private_key_sealed,
        integrity_secret_sealed, events_secret_sealed, hook_id, min_cents, created_at, updated_at)
    VALUES (p_tenant, p_provider, p_mode, p_public_key, p_private_sealed, p_integrity_sealed,
        p_events_sealed, p_hook, kf.pay_minimum(p_provider), kf.now(), kf.now())
    ON CONFLICT (tenant_id, provider, mode) DO UPDATE
    SET public_key = EXCLUDED.public_key, private_key_sealed = EXCLUDED.private_key_sealed,
        integrity_secret_sealed = EXCLUDED.integrity_secret_sealed,
        events_secret_sealed = EXCLUDED.events_secret_sealed, active = true, updated_at = kf.now()
    RETURNING a.hook_id INTO v_hook;
    RETURN v_hook;
END
$$;
