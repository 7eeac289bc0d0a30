-- Takes the time of c and ends the browser's former hold o (all null: there is none). The former hold ends first only
-- if the two overlap, and then under the professional's lock, because two browsers that take each other's time would
-- deadlock. The freed time goes to the waiting list.
CREATE OR REPLACE FUNCTION kf.claim_replace(c kf.claim, o kf.claim, p_patient boolean) RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    v_key bigint;
BEGIN
    IF o.claim_id IS NULL THEN
        RETURN kf.claim_put(c, p_patient);
    END IF;
    IF o.professional_id = c.professional_id
       AND tstzrange(o.starts_at, o.ends_at) && tstzrange(c.starts_at, c.ends_at) THEN
        v_key := kf.lock_key('professional', c.tenant_id, c.professional_id::text);
        IF p_patient THEN
            PERFORM pg_advisory_xact_lock(v_key);
        ELSIF NOT pg_try_advisory_xact_lock(v_key) THEN
            RETURN false;
        END IF;
        UPDATE kf.claim x SET state = 'ended'
        WHERE x.tenant_id = o.tenant_id AND x.claim_id = o.claim_id AND x.state = 'held';
        IF FOUND THEN
            PERFORM kf.freed_hold(o);
        END IF;
        IF NOT kf.claim_put(c, p_patient) THEN
            RETURN false;
        END IF;
        PERFORM kf.waiting_moved(c.tenant_id, o.claim_id, c.claim_id);
        RETURN true;
    END IF;
    IF NOT kf.claim_put(c, p_patient) THEN
        RETURN false;
    END IF;
    -- A locked row is being ended or turned into a booking by another transaction.
    UPDATE kf.claim x SET state = 'ended'
    WHERE (x.tenant_id, x.claim_id) IN (
        SELECT y.tenant_id, y.claim_id FROM kf.claim y
        WHERE y.tenant_id = o.tenant_id AND y.claim_id = o.claim_id AND y.state = 'held'
        FOR UPDATE SKIP LOCKED);
    IF FOUND THEN
        PERFORM kf.freed_hold(o);
        PERFORM kf.waiting_moved(c.tenant_id, o.claim_id, c.claim_id);
    END IF;
    RETURN true;
END
$$;
