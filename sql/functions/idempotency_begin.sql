-- Begins a request under an Idempotency-Key, in the transaction of the act itself: a row is the
-- answer given before; no row means go on. Refusals: KF430 (another request), KF431 (running),
-- KF409 (the answer was erased).
CREATE OR REPLACE FUNCTION kf.idempotency_begin(p_tenant uuid, p_route text, p_key text, p_hash bytea)
RETURNS TABLE (status int, body text)
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    i kf.idempotency;
BEGIN
    IF NOT pg_try_advisory_xact_lock(kf.lock_key('idempotency', p_tenant, p_route || ' ' || p_key)) THEN
        PERFORM kf.refuse('KF431', 'A request with this Idempotency-Key is still running');
    END IF;
    SELECT x.* INTO i FROM kf.idempotency x
    WHERE x.tenant_id = p_tenant AND x.route = p_route AND x.key = p_key;
    IF NOT FOUND OR i.created_at < kf.now() - interval '24 hours' THEN
        RETURN;
    ELSIF i.request_hash <> p_hash THEN
        PERFORM kf.refuse('KF430', 'This Idempotency-Key was used with another request');
    ELSIF i.body = '' THEN
        PERFORM kf.refuse('KF409', 'The answer to this request was erased with the customer it told of');
    END IF;
    status := i.status;
    body := i.body;
    RETURN NEXT;
END
$$;
