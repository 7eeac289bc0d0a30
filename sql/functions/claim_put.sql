-- Takes a professional's time, or says false. The exclusion constraint is the judge: the
-- insert comes first, and a racer that loses never waits while it holds anything. Only where
-- expired claims are in the way are they ended, under a lock of the professional, since
-- whoever locks claims before inserting could otherwise wait in a circle.
-- p_patient = false: does not wait for that lock (for a caller that tries several professionals).
CREATE OR REPLACE FUNCTION kf.claim_put(c kf.claim, p_patient boolean) RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_key bigint;
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
    PERFORM FROM kf.claim o
    WHERE o.tenant_id = c.tenant_id AND o.professional_id = c.professional_id
      AND o.starts_at > c.starts_at - interval '24 hours' AND o.starts_at < c.ends_at
      AND o.ends_at > c.starts_at AND o.state IN ('held', 'pending', 'booked') AND o.expires_at <= v_now
    ORDER BY o.starts_at, o.claim_id
    FOR UPDATE;
    UPDATE kf.claim o SET state = 'ended'
    WHERE o.tenant_id = c.tenant_id AND o.professional_id = c.professional_id
      AND o.starts_at > c.starts_at - interval '24 hours' AND o.starts_at < c.ends_at
      AND o.ends_at > c.starts_at AND o.state IN ('held', 'pending', 'booked') AND o.expires_at <= v_now;
    INSERT INTO kf.claim SELECT c.* ON CONFLICT DO NOTHING;
    RETURN FOUND;
END
$$;
