-- Holds a time for a browser. p_professional null: the professional with the fewest bookings that day.
-- p_replaces: the token hash of the browser's former hold, which ends in the same transaction.
-- p_after: a professional's calendar must have been read then or later.
-- p_address, p_network: keyed hashes of the browser's location; null: unknown, and not counted.
-- p_bounds: the limits of live unpaid holds of an address and of a network; the percentage of a professional's day for
-- holds without details; the bits of the first proof of work; the seconds that the hold lasts until the customer
-- reaches the details (kf.hold_read, kf.booking_start), after which it lasts p_ttl_s from its beginning; null or 0: no
-- limit.
-- p_work: the bits of the given proof, 0 without one; null: the customer's details come in the same transaction.
-- Refusals: KF419, KF411, KF410, KF422 (service, professional, timezone), KF413, KF414, KF412, KF432 (the field names
-- the professional whose calendar must be read), KF420, KF433 (too many holds; the field is the limit, address or
-- network), KF428 (the message: bits of the proof).
CREATE OR REPLACE FUNCTION kf.hold_take(p_tenant uuid, p_claim uuid, p_link text, p_service uuid,
    p_professional uuid, p_start timestamptz, p_token_hash bytea, p_ttl_s int, p_zone text,
    p_replaces bytea, p_after timestamptz, p_address bigint, p_network bigint, p_bounds int[], p_work int)
RETURNS TABLE (claim_id uuid, professional_id uuid, professional_name text, slot_start timestamptz,
               slot_end timestamptz, expires_at timestamptz, price_cents bigint,
               charge_cents bigint, currency text)
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
    x record;
    l kf.booking_link;
    s kf.service;
    c kf.claim;
    o kf.claim;
    v_who uuid[];
    v_id uuid;
    v_fits boolean := false;
    v_unread boolean := false;
    v_taken boolean := false;
    v_judged text;
BEGIN
    -- All data of the business in one statement, which costs less than six.
    SELECT t.status, t.time_zone, y AS link, z AS service, p.professional_id AS who, p.name,
           p.active AND ps.service_id IS NOT NULL AS gives,
           p_zone IS NULL OR EXISTS (SELECT FROM kf.zone_name n WHERE n.name = p_zone) AS zone_known,
           EXISTS (SELECT FROM kf.calendar_connection k
                   WHERE k.tenant_id = t.tenant_id AND k.state <> 'disconnected') AS calendars,
           CASE WHEN p_network IS NOT NULL
                THEN kf.holder_bound(p_tenant, p_address, p_network, p_bounds[1], p_bounds[2], p_replaces) END AS bound
    INTO x
    FROM kf.tenant t
    LEFT JOIN kf.booking_link y ON y.public_id = p_link AND y.tenant_id = t.tenant_id
    LEFT JOIN kf.service z ON z.tenant_id = t.tenant_id AND z.service_id = p_service
    LEFT JOIN kf.professional p ON p.tenant_id = t.tenant_id
        AND p.professional_id = coalesce(p_professional, CASE WHEN y.locked THEN y.professional_id END)
    LEFT JOIN kf.professional_service ps ON ps.tenant_id = t.tenant_id AND ps.professional_id = p.professional_id
        AND ps.service_id = p_service
    WHERE t.tenant_id = p_tenant;
    IF x.status IS DISTINCT FROM 'active' THEN
        PERFORM kf.refuse('KF419', 'This business is not taking bookings now');
    END IF;
    l := x.link;
    s := x.service;
    PERFORM kf.link_check(l);
    IF s.active IS NOT TRUE OR (l.locked AND l.service_id <> p_service) THEN
        PERFORM kf.refuse_field('This service cannot be booked here', 'service', 'not_offered');
    ELSIF l.locked AND l.professional_id <> p_professional THEN
        PERFORM kf.refuse_field('This professional cannot be booked here', 'professional', 'not_offered');
    ELSIF NOT x.zone_known THEN
        PERFORM kf.refuse_field('This is not a time zone', 'timezone', 'not_a_time_zone');
    ELSIF p_start < v_now + make_interval(mins => s.notice_min)
          OR p_start > v_now + make_interval(hours => 24 * s.horizon_days) OR p_start IS NULL THEN
        PERFORM kf.refuse('KF413', 'This is not a time that can be booked', 'start');
    END IF;
    IF x.bound IS NOT NULL THEN
        PERFORM kf.refuse('KF433', 'Too many times are held from here: book one, release one or wait',
                          x.bound);
    END IF;
    IF p_replaces IS NOT NULL THEN
        SELECT y.* INTO o FROM kf.claim y
        WHERE y.tenant_id = p_tenant AND y.token_hash = p_replaces AND y.state = 'held';
    END IF;
    IF l.locked THEN
        p_professional := coalesce(p_professional, l.professional_id);
    END IF;
    IF p_professional IS NULL THEN
        v_who := kf.hold_candidates(p_tenant, p_service, x.time_zone, p_start);
    ELSIF x.gives THEN
        v_who := ARRAY[p_professional];
    ELSE
        PERFORM kf.refuse_field('This professional cannot be booked for this service', 'professional', 'not_offered');
    END IF;
    c := kf.claim_held(p_claim, l, s, p_start, p_token_hash, p_ttl_s, coalesce(p_zone, x.time_zone), p_address, p_network,
                       p_bounds[5]);
    FOREACH v_id IN ARRAY v_who LOOP
        CONTINUE WHEN NOT kf.slot_fits(p_tenant, v_id, p_start, s.step_min, s.duration_min);
        IF NOT v_fits AND s.max_per_day IS NOT NULL THEN
            PERFORM kf.day_check(s, x.time_zone, p_start, o.claim_id);
        END IF;
        v_fits := true;
        c.professional_id := v_id;
        -- A taken time needs no reading of a calendar and no waiting.
        IF kf.claim_look(c, o, v_now, p_bounds, p_work) AND o.claim_id IS NULL THEN
            v_taken := true;
            CONTINUE;
        END IF;
        v_judged := 'none';
        IF x.calendars THEN
            v_judged := kf.calendar_judge(p_tenant, v_id, c.starts_at, c.ends_at, p_after);
            IF v_judged = 'stale' THEN
                PERFORM kf.refuse('KF432', kf.iso(c.starts_at), v_id::text);
            END IF;
        END IF;
        v_unread := v_unread OR v_judged = 'unreadable';
        v_taken := v_taken OR v_judged <> 'unreadable';
        IF v_judged IN ('none', 'free') AND kf.claim_replace(c, o, p_professional IS NOT NULL) THEN
            IF v_id IS DISTINCT FROM x.who THEN
                SELECT p.name INTO x.name FROM kf.professional p
                WHERE p.tenant_id = p_tenant AND p.professional_id = v_id;
            END IF;
            RETURN QUERY VALUES (c.claim_id, v_id, x.name, c.slot_start, c.slot_end, c.expires_at, c.price_cents,
                                 c.charge_cents, c.currency);
            RETURN;
        END IF;
    END LOOP;
    IF v_unread AND NOT v_taken THEN
        PERFORM kf.refuse('KF420', 'The calendar cannot be read now', 'start');
    ELSIF v_fits THEN
        PERFORM kf.refuse('KF412', 'This time is no longer available', 'start');
    END IF;
    PERFORM kf.refuse('KF413', 'This is not a time that can be booked', 'start');
END
$$;
