-- Takes a professional's time, or returns false. The exclusion constraint decides: the insert comes first, and the
-- loser of a race never waits while it holds a lock. Only if expired claims are in the way are they ended, under a lock
-- of the professional; transactions that lock claims before inserting could otherwise deadlock.
-- p_patient = false: does not wait for that lock (for a caller that tries several professionals).
-- The remaining time of an expired hold goes to the waiting list. (That of an unpaid booking goes there when the sweep
-- ends the booking.)
CREATE OR REPLACE FUNCTION kf.claim_put(c kf.claim, p_patient boolean) RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_key bigint;
    o record;
BEGIN
    INSERT INTO kf.claim SELECT c.* ON CONFLICT DO NOTHING;
    IF FOUND THEN
        RETURN true;
    END IF;
    IF kf.claim_taken(c, v_now) THEN
        RETURN false;
    END IF;
    v_key := kf.lock_key('professional', c.tenant_id, c.professional_id::text);
    IF p_patient THEN
        PERFORM pg_advisory_xact_lock(v_key);
    ELSIF NOT pg_try_advisory_xact_lock(v_key) THEN
        RETURN false;
    END IF;
    IF kf.claim_taken(c, v_now) THEN
        RETURN false;
    END IF;
    FOR o IN
        SELECT x.claim_id, x.state, x.slot_start, x.slot_end FROM kf.claim x
        WHERE x.tenant_id = c.tenant_id AND x.professional_id = c.professional_id
          AND x.starts_at > c.starts_at - interval '24 hours' AND x.starts_at < c.ends_at
          AND x.ends_at > c.starts_at AND x.state IN ('held', 'pending', 'booked') AND x.expires_at <= v_now
        ORDER BY x.starts_at, x.claim_id
        FOR UPDATE
    LOOP
        UPDATE kf.claim x SET state = 'ended' WHERE x.tenant_id = c.tenant_id AND x.claim_id = o.claim_id;
        IF o.state = 'held' THEN
            PERFORM kf.freed_put(c.tenant_id, o.claim_id, c.professional_id, o.slot_start, o.slot_end);
        END IF;
    END LOOP;
    INSERT INTO kf.claim SELECT c.* ON CONFLICT DO NOTHING;
    RETURN FOUND;
END
$$;
