-- Moves a booking (locked by the caller) to another time, and to another professional if given: the new claim, the end
-- of the old one, history, calendar, links and notifications, or nothing at all. Its length stays; buffers are the
-- service's present ones; its own claim and event do not count. For a customer the time must be offered (notice,
-- horizon, grid); for the merchant it must be in working hours unless outside_hours is set. p_facts: {tell: false}: the
-- customer is not notified.
-- p_after: the professional's calendar must have been read then or later.
-- Refusals: KF409 status, KF422 professional, KF412, KF413, KF414 (all start), KF432, KF420.
CREATE OR REPLACE FUNCTION kf.booking_shift(b kf.booking, p_start timestamptz, p_professional uuid, p_actor text,
                                            p_outside boolean, p_facts jsonb, p_after timestamptz)
RETURNS kf.booking
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_who uuid := coalesce(p_professional, b.professional_id);
    s kf.service;
    o kf.claim;
    c kf.claim;
BEGIN
    IF b.status NOT IN ('paid', 'confirmed') OR b.slot_start <= v_now THEN
        PERFORM kf.refuse('KF409', 'This booking can no longer be moved', 'status');
    ELSIF p_start = b.slot_start AND v_who = b.professional_id THEN
        PERFORM kf.refuse('KF413', 'The booking is already at this time', 'start');
    END IF;
    SELECT x.* INTO s FROM kf.service x WHERE x.tenant_id = b.tenant_id AND x.service_id = b.service_id;
    s.duration_min := extract(epoch FROM b.slot_end - b.slot_start) / 60;
    PERFORM kf.shift_check(b, s, v_who, p_start, p_actor = 'customer', p_outside);
    IF s.max_per_day IS NOT NULL THEN
        PERFORM kf.day_check(s, kf.tenant_zone(b.tenant_id), p_start, b.claim_id);
    END IF;
    SELECT x.* INTO o FROM kf.claim x WHERE x.tenant_id = b.tenant_id AND x.claim_id = b.claim_id FOR UPDATE;
    c := kf.claim_of(gen_random_uuid(), NULL, s, p_start,
                     sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 0, o.customer_zone);
    c.professional_id := v_who;
    c.link_id := o.link_id;
    c.price_cents := o.price_cents;
    c.charge_cents := o.charge_cents;
    c.currency := o.currency;
    c.state := 'booked';
    c.expires_at := NULL;
    PERFORM kf.shift_claim(c, o, b.booking_id, p_after);
    RETURN kf.shift_put(b, c, p_actor, p_facts);
END
$$;
