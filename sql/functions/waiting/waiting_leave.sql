-- Leaves the waiting list. KF416: unknown token, or used.
CREATE OR REPLACE FUNCTION kf.waiting_leave(p_tenant uuid, p_hash bytea) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    w kf.waiting;
BEGIN
    SELECT x.* INTO w FROM kf.waiting x
    WHERE x.tenant_id = p_tenant AND x.waiting_id = (SELECT y.waiting_id FROM kf.waiting_of(p_hash) y) FOR UPDATE;
    IF w.state IS NULL OR w.state NOT IN ('unverified', 'waiting', 'offered') THEN
        PERFORM kf.refuse('KF416', 'The token does not give the right to this');
    END IF;
    PERFORM kf.waiting_end(w);
END
$$;

-- Ends a place (locked). A time reserved for it is released to everybody.
CREATE OR REPLACE FUNCTION kf.waiting_end(w kf.waiting) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    c kf.claim;
BEGIN
    UPDATE kf.waiting x SET state = 'left', offered_until = NULL
    WHERE x.tenant_id = w.tenant_id AND x.waiting_id = w.waiting_id;
    IF w.state = 'offered' THEN
        UPDATE kf.claim x SET state = 'ended'
        WHERE x.tenant_id = w.tenant_id AND x.claim_id = w.claim_id AND x.state = 'held'
        RETURNING x.* INTO c;
        IF FOUND THEN
            PERFORM kf.freed_put(c.tenant_id, c.claim_id, c.professional_id, c.slot_start, c.slot_end);
        END IF;
    END IF;
END
$$;

-- The merchant removes a place; null: there is no such place any more.
CREATE OR REPLACE FUNCTION kf.waiting_remove(p_tenant uuid, p_id uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    w kf.waiting;
BEGIN
    SELECT x.* INTO w FROM kf.waiting x
    WHERE x.tenant_id = p_tenant AND x.waiting_id = p_id
      AND x.state IN ('unverified', 'waiting', 'offered') FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM kf.waiting_end(w);
    PERFORM kf.audit_put(p_tenant, 'waiting_removed', 'waiting', p_id::text, w.name);
    SELECT x.* INTO w FROM kf.waiting x WHERE x.tenant_id = p_tenant AND x.waiting_id = p_id;
    RETURN kf.waiting_row(w, kf.tenant_zone(p_tenant));
END
$$;
