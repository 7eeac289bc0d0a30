-- Secures the time of an unpaid booking (locked): its own claim unless it has ended, else a new claim if the time is
-- still free. A time that has begun needs a live hold. An erased customer gets no time. A time that the calendar takes
-- by present knowledge is not free: the money came late, and no reading is awaited. A day on which the service has
-- reached its maximum without this booking is full. claim_id null in the result: the time is gone, as for a booking
-- whose claim was deleted.
CREATE OR REPLACE FUNCTION kf.booking_reclaim(b kf.booking) RETURNS kf.booking
LANGUAGE plpgsql
AS $$
DECLARE
    v_full boolean := kf.reclaim_full(b);
    c kf.claim;
BEGIN
    SELECT x.* INTO c FROM kf.claim x
    WHERE x.tenant_id = b.tenant_id AND x.claim_id = b.claim_id FOR UPDATE;
    IF b.erased_at IS NOT NULL OR c.claim_id IS NULL
       OR (c.state = 'ended' OR c.expires_at <= kf.now()) AND b.slot_start <= kf.now() THEN
        b.claim_id := NULL; -- no customer will come
    ELSIF v_full THEN
        b.claim_id := NULL;
    ELSIF c.state = 'ended' AND kf.calendar_taken(c.tenant_id, c.professional_id, c.starts_at, c.ends_at) THEN
        b.claim_id := NULL;
    ELSIF c.state = 'ended' THEN
        c.claim_id := gen_random_uuid();
        -- The booking keeps its token; this claim has an unknown one.
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

-- Whether the day of a booking whose claim no longer counts (ended or expired) is full without it. Called before the
-- claim is locked, because a hold locks the day before it ends expired claims.
CREATE OR REPLACE FUNCTION kf.reclaim_full(b kf.booking) RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    v_counts boolean := EXISTS (SELECT FROM kf.claim x WHERE x.tenant_id = b.tenant_id AND x.claim_id = b.claim_id
                                  AND x.state <> 'ended' AND x.expires_at > kf.now());
    s kf.service;
BEGIN
    IF v_counts THEN
        RETURN false;
    END IF;
    SELECT x.* INTO s FROM kf.service x WHERE x.tenant_id = b.tenant_id AND x.service_id = b.service_id;
    RETURN s.max_per_day IS NOT NULL AND kf.day_full(s, kf.tenant_zone(b.tenant_id), b.slot_start, b.claim_id);
END
$$;
