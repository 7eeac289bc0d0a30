-- Takes the time of c for a booking and ends its former claim o (locked by the caller). As with holds, the former claim
-- ends first only if the two overlap, and then under the professional's lock, because two bookings that take each
-- other's time would deadlock.
CREATE OR REPLACE FUNCTION kf.shift_claim(c kf.claim, o kf.claim, p_booking uuid, p_after timestamptz) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF o.professional_id = c.professional_id
       AND tstzrange(o.starts_at, o.ends_at) && tstzrange(c.starts_at, c.ends_at) THEN
        PERFORM pg_advisory_xact_lock(kf.lock_key('professional', c.tenant_id, c.professional_id::text));
        UPDATE kf.claim x SET state = 'ended' WHERE x.tenant_id = o.tenant_id AND x.claim_id = o.claim_id;
    END IF;
    -- A taken time needs no reading of a calendar.
    IF NOT kf.claim_taken(c, kf.now()) THEN
        PERFORM kf.calendar_check(c.tenant_id, c.professional_id, c.starts_at, c.ends_at, p_after, p_booking);
    END IF;
    IF NOT kf.claim_put(c, true) THEN
        PERFORM kf.refuse('KF412', 'This time is no longer available', 'start');
    END IF;
    UPDATE kf.claim x SET state = 'ended'
    WHERE x.tenant_id = o.tenant_id AND x.claim_id = o.claim_id AND x.state <> 'ended';
END
$$;
