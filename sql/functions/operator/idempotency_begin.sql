-- Begins a request under an Idempotency-Key, in the transaction of the act. A row is the former answer; no row:
-- proceed. Rows have a digest of the key, p_key; those of servers up to version 12 have the key as sent, p_sent. The
-- sealed part of a row is bound to its key. Refusals: KF430 (another request), KF431 (running), KF409 (the answer was
-- erased).
CREATE OR REPLACE FUNCTION kf.idempotency_begin(p_tenant uuid, p_route text, p_key text, p_hash bytea, p_sent text)
RETURNS TABLE (status int, body text, key text)
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    i kf.idempotency;
BEGIN
    IF NOT pg_try_advisory_xact_lock(kf.lock_key('idempotency', p_tenant, p_route || ' ' || p_sent)) THEN
        PERFORM kf.refuse('KF431', 'A request with this Idempotency-Key is still running');
    END IF;
    SELECT x.* INTO i FROM kf.idempotency x
    WHERE x.tenant_id = p_tenant AND x.route = p_route AND x.key IN (p_key, p_sent)
    ORDER BY x.created_at DESC LIMIT 1;
    IF NOT FOUND OR i.created_at < kf.now() - interval '24 hours' THEN
        RETURN;
    ELSIF i.request_hash <> p_hash THEN
        PERFORM kf.refuse('KF430', 'This Idempotency-Key was used with another request');
    ELSIF i.body = '' THEN
        PERFORM kf.refuse('KF409', 'The answer to this request was erased with the customer''s data');
    END IF;
    status := i.status;
    body := i.body;
    key := i.key;
    RETURN NEXT;
END
$$;

-- The digest that newer servers store instead of a key (lib/flow/once.c).
CREATE OR REPLACE FUNCTION kf.idempotency_digest(p_tenant uuid, p_route text, p_sent text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT 'sha256:' || encode(sha256(uuid_send(p_tenant) || convert_to(p_route, 'UTF8') || '\x00'
                                      || convert_to(p_sent, 'UTF8')), 'hex')
$$;

-- For servers up to version 12. They cannot open the answer of a newer server. They are told to retry, which a client
-- may do at another server; nothing is done twice.
CREATE OR REPLACE FUNCTION kf.idempotency_begin(p_tenant uuid, p_route text, p_key text, p_hash bytea)
RETURNS TABLE (status int, body text)
LANGUAGE plpgsql
AS $$
DECLARE
    i record;
BEGIN
    SELECT x.* INTO i FROM kf.idempotency_begin(p_tenant, p_route, kf.idempotency_digest(p_tenant, p_route, p_key),
                                                p_hash, p_key) x;
    IF NOT FOUND THEN
        RETURN;
    ELSIF i.key <> p_key THEN
        PERFORM kf.refuse('KF431', 'A request with this Idempotency-Key is still running');
    END IF;
    status := i.status;
    body := i.body;
    RETURN NEXT;
END
$$;
