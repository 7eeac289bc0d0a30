-- Makes sure that an unpaid booking (locked) has its time: its own claim while nobody has ended
-- it, else a new one if the time is still free. A time that has begun is taken only with a
-- living hold, and none for a customer who was forgotten. A time that the professional's calendar takes by what is known is not free: the money
-- came late, and nobody waits for a reading. claim_id null in the answer: the time is gone.
CREATE OR REPLACE FUNCTION kf.booking_reclaim(b kf.booking) RETURNS kf.booking
LANGUAGE plpgsql
AS $$
DECLARE
    c kf.claim;
BEGIN
    SELECT x.* INTO c FROM kf.claim x
    WHERE x.tenant_id = b.tenant_id AND x.claim_id = b.claim_id FOR UPDATE;
    IF b.erased_at IS NOT NULL OR c.expires_at <= kf.now() AND b.slot_start <= kf.now() THEN
        b.claim_id := NULL; -- nobody comes
    ELSIF c.state = 'ended' AND kf.calendar_taken(c.tenant_id, c.professional_id, c.starts_at, c.ends_at) THEN
        b.claim_id := NULL;
    ELSIF c.state = 'ended' THEN
        c.claim_id := gen_random_uuid();
        -- The booking keeps its token; this claim answers to none.
        c.token_hash := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
        c.state := 'booked';
        c.expires_at := NULL;
        c.created_at := kf.now();
        b.claim_id := CASE WHEN kf.claim_put(c, true) THEN c.claim_id END;
        UPDATE kf.booking x SET claim_id = b.claim_id
        WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id AND b.claim_id IS NOT NULL;
    END IF;
    RETURN b;
END
$$;
