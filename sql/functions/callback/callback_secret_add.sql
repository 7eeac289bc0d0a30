-- Adds a secret for messages to an address; the former ones stay valid for the overlap. Refusal: KF404 (no such
-- address).
CREATE OR REPLACE FUNCTION kf.callback_secret_add(p_tenant uuid, p_endpoint uuid, p_secret uuid, p_sealed text,
                                                  p_overlap_s int) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_until timestamptz := kf.now() + make_interval(secs => p_overlap_s);
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    -- (the first address may get its secret before its URL is known)
    IF p_endpoint <> p_tenant AND NOT EXISTS (SELECT FROM kf.callback_endpoint e
                                              WHERE e.tenant_id = p_tenant AND e.endpoint_id = p_endpoint) THEN
        PERFORM kf.refuse('KF404', 'There is no such callback address');
    END IF;
    UPDATE kf.callback_secret s SET expires_at = v_until
    WHERE s.tenant_id = p_tenant AND coalesce(s.endpoint_id, p_tenant) = p_endpoint
      AND (s.expires_at IS NULL OR s.expires_at > v_until);
    INSERT INTO kf.callback_secret (tenant_id, secret_id, sealed, created_at, endpoint_id)
    VALUES (p_tenant, p_secret, p_sealed, kf.now(), NULLIF(p_endpoint, p_tenant));
END
$$;

-- The same for the first address.
CREATE OR REPLACE FUNCTION kf.callback_secret_add(p_tenant uuid, p_secret uuid, p_sealed text, p_overlap_s int)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM kf.callback_secret_add(p_tenant, p_tenant, p_secret, p_sealed, p_overlap_s);
END
$$;
