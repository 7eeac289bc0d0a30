-- Stores the answer for a day.
CREATE OR REPLACE FUNCTION kf.idempotency_finish(p_tenant uuid, p_route text, p_key text, p_hash bytea,
    p_status int, p_body text)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    INSERT INTO kf.idempotency AS i (tenant_id, route, key, request_hash, status, body, created_at)
    VALUES (p_tenant, p_route, p_key, p_hash, p_status, p_body, kf.now())
    ON CONFLICT (tenant_id, route, key) DO UPDATE
    SET request_hash = p_hash, status = p_status, body = p_body, created_at = kf.now();
END
$$;
