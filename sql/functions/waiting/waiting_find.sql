-- The place of a leave link; no row: none. (Under row security: of this tenant.)
CREATE OR REPLACE FUNCTION kf.waiting_of(p_hash bytea) RETURNS SETOF kf.waiting
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN QUERY
    SELECT w.* FROM kf.waiting w JOIN kf.waiting_token x USING (tenant_id, waiting_id) WHERE x.token_hash = p_hash
    UNION ALL
    SELECT w.* FROM kf.waiting w WHERE w.leave_hash = p_hash;
END
$$;

-- The place of a token, and its state: 'open', 'used' (left, or taken) or 'over'. No row: unknown token.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.waiting_find(p_hash bytea)
RETURNS TABLE (tenant_id uuid, waiting_id uuid, kind text, state text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
    SELECT w.tenant_id, w.waiting_id, 'leave',
           CASE WHEN w.state = 'unverified' AND w.created_at <= kf.now() - kf.kept_for('unverified') THEN 'over'
                WHEN w.state IN ('unverified', 'waiting', 'offered') THEN 'open'
                WHEN w.state = 'over' THEN 'over' ELSE 'used' END
    FROM kf.waiting_of(p_hash) w
    UNION ALL
    SELECT w.tenant_id, w.waiting_id, 'offer',
           CASE WHEN w.state = 'offered' AND w.offered_until > kf.now() THEN 'open'
                WHEN w.state IN ('taken', 'left') THEN 'used' ELSE 'over' END
    FROM kf.waiting w WHERE w.offer_hash = p_hash
$$;
REVOKE ALL ON FUNCTION kf.waiting_find FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.waiting_find TO konfirmado_app, konfirmado_owner;
RESET ROLE;

-- Makes a mail's token valid: 'leave', besides those of earlier mails, or 'offer', which replaces the former one. A
-- repeated mail has a new token.
CREATE OR REPLACE FUNCTION kf.waiting_mint(p_tenant uuid, p_waiting uuid, p_kind text, p_hash bytea) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    IF p_kind = 'leave' THEN
        INSERT INTO kf.waiting_token (tenant_id, waiting_id, token_hash, created_at)
        SELECT p_tenant, p_waiting, p_hash, kf.now()
        FROM kf.waiting w WHERE w.tenant_id = p_tenant AND w.waiting_id = p_waiting;
    ELSIF p_kind = 'offer' THEN
        UPDATE kf.waiting w SET offer_hash = p_hash WHERE w.tenant_id = p_tenant AND w.waiting_id = p_waiting;
    ELSE
        PERFORM kf.refuse_field('This must be one of: leave, offer', 'kind', 'not_one_of');
    END IF;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such place in the waiting list');
    END IF;
END
$$;
