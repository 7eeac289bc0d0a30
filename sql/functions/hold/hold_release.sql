-- Releases a hold. Releasing an ended hold is no error.
CREATE OR REPLACE FUNCTION kf.hold_release(p_tenant uuid, p_claim uuid, p_token_hash bytea) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    c kf.claim;
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    SELECT x.* INTO c FROM kf.claim x WHERE x.tenant_id = p_tenant AND x.claim_id = p_claim FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such hold');
    ELSIF c.token_hash IS DISTINCT FROM p_token_hash THEN
        PERFORM kf.refuse('KF416', 'The token does not give the right to this');
    ELSIF EXISTS (SELECT FROM kf.booking b WHERE b.tenant_id = p_tenant AND b.token_hash = p_token_hash) THEN
        PERFORM kf.refuse('KF409', 'This hold is already a booking');
    END IF;
    UPDATE kf.claim x SET state = 'ended'
    WHERE x.tenant_id = p_tenant AND x.claim_id = p_claim AND x.state = 'held';
    IF FOUND THEN
        PERFORM kf.freed_hold(c);
    END IF;
END
$$;
