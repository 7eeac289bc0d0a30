-- Offers a freed time, or one that overlaps it, to the first in line: places with fewer offers come first, and a place
-- does not get the time again that it let pass last. An open time (f.open) is reserved for nobody; the first ten get a
-- mail. Only if mails can be sent: a business without the mail, or without a server while the operator has none
-- (p_own_only), manages its list by hand, and no time is reserved unnoticed.
-- offered; none: the time fits nobody, or all who fit were mailed; later: the calendar is not known now.
CREATE OR REPLACE FUNCTION kf.waiting_serve(f kf.freed, p_own_only boolean) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', f.tenant_id::text, true);
    v_answer text := 'none';
    v_outcome text;
    v_told int := 0;
    t kf.tenant;
    w kf.waiting;
BEGIN
    -- One worker at a time serves a business's list.
    PERFORM pg_advisory_xact_lock(kf.lock_key('waiting', f.tenant_id, ''));
    SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = f.tenant_id;
    IF t.status <> 'active' OR f.slot_end <= kf.now() OR NOT kf.mail_wanted(t.mails, 'waiting_offer')
       OR p_own_only AND NOT EXISTS (SELECT FROM kf.mail_channel c WHERE c.tenant_id = f.tenant_id AND c.active) THEN
        RETURN 'none';
    END IF;
    FOR w IN
        SELECT x.* FROM kf.waiting x
        WHERE x.tenant_id = f.tenant_id AND x.state = 'waiting'
          AND x.day BETWEEN ((f.slot_start - interval '9 hours') AT TIME ZONE 'UTC')::date - 1
                        AND (f.slot_end AT TIME ZONE 'UTC')::date + 1
          AND x.day BETWEEN ((f.slot_start - interval '9 hours') AT TIME ZONE kf.zone_or(x.customer_zone, t.time_zone))::date
                        AND (f.slot_end AT TIME ZONE kf.zone_or(x.customer_zone, t.time_zone))::date
          AND (x.professional_id IS NULL OR x.professional_id = f.professional_id) AND kf.mail_address_fits(x.email)
          AND EXISTS (SELECT FROM kf.professional_service ps JOIN kf.professional p USING (tenant_id, professional_id)
                      WHERE ps.tenant_id = f.tenant_id AND ps.professional_id = f.professional_id
                        AND ps.service_id = x.service_id AND p.active)
          AND NOT EXISTS (SELECT FROM kf.claim c
                          WHERE c.tenant_id = x.tenant_id AND c.claim_id = x.claim_id
                            AND c.professional_id = f.professional_id
                            AND c.slot_start < f.slot_end AND c.slot_end > f.slot_start)
        ORDER BY x.offers, x.created_at, x.waiting_id LIMIT 200
    LOOP
        w.customer_zone := kf.zone_or(w.customer_zone, t.time_zone);
        v_outcome := kf.waiting_offer(t, w, f);
        IF v_outcome = 'offered' THEN
            RETURN v_outcome;
        ELSIF v_outcome = 'later' THEN
            v_answer := v_outcome;
        ELSIF v_outcome = 'told' THEN
            v_told := v_told + 1;
            EXIT WHEN v_told >= 10;
        END IF;
    END LOOP;
    RETURN v_answer;
END
$$;

-- Reserves a time for a place and mails its holder: for ten minutes, but not beyond the service's notice. For an open
-- time (f.open) it only mails. offered, told, none (the wish does not fit the time), later.
CREATE OR REPLACE FUNCTION kf.waiting_offer(t kf.tenant, w kf.waiting, f kf.freed) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    v_start timestamptz;
    v_later boolean := false;
    v_judged text;
    l kf.booking_link;
    s kf.service;
    a kf.payment_account;
    c kf.claim;
BEGIN
    SELECT x.* INTO s FROM kf.service x WHERE x.tenant_id = w.tenant_id AND x.service_id = w.service_id;
    SELECT x.* INTO l FROM kf.booking_link x WHERE x.tenant_id = w.tenant_id AND x.link_id = w.link_id;
    SELECT x.* INTO a FROM kf.payment_account x WHERE x.tenant_id = w.tenant_id AND x.active;
    c := kf.claim_of(NULL, l, s, f.slot_start, NULL, 0, w.customer_zone);
    IF NOT s.active OR NOT l.active OR coalesce(l.uses >= l.max_uses, false) OR coalesce(l.expires_at <= kf.now(), false)
       OR c.charge_cents > 0 AND NOT kf.account_takes(a, c.charge_cents, c.currency) THEN
        RETURN 'none';
    END IF;
    FOR v_start IN SELECT x.u FROM kf.waiting_starts(s, f, w.day, w.customer_zone) x(u) LOOP
        c := kf.claim_of(gen_random_uuid(), l, s, v_start,
                         sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 600, w.customer_zone);
        c.professional_id := f.professional_id;
        c.expires_at := least(c.expires_at, v_start - make_interval(mins => s.notice_min));
        v_judged := kf.calendar_judge(w.tenant_id, f.professional_id, c.starts_at, c.ends_at, '-infinity');
        IF v_judged = 'free' AND kf.calendar_rank(w.tenant_id, f.professional_id, tstzrange(c.starts_at, c.ends_at)) > 0 THEN
            v_judged := 'stale';
        END IF;
        CONTINUE WHEN v_judged = 'busy';
        IF v_judged NOT IN ('none', 'free') THEN
            v_later := true;
        ELSE
            SELECT x.* INTO w FROM kf.waiting x
            WHERE x.tenant_id = w.tenant_id AND x.waiting_id = w.waiting_id AND x.state = 'waiting' FOR UPDATE;
            EXIT WHEN NOT FOUND; -- the place was left meanwhile
            RETURN CASE WHEN f.open THEN kf.waiting_tell(t, w, s, c) ELSE kf.waiting_keep(t, w, s, c) END;
        END IF;
    END LOOP;
    RETURN CASE WHEN v_later THEN 'later' ELSE 'none' END;
END
$$;

-- Reserves a known time: none on a day on which the service has reached its daily maximum, later if the time was taken
-- meanwhile.
CREATE OR REPLACE FUNCTION kf.waiting_keep(t kf.tenant, w kf.waiting, s kf.service, c kf.claim) RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    IF s.max_per_day IS NOT NULL AND kf.day_full(s, t.time_zone, c.slot_start, NULL) THEN
        RETURN 'none';
    END IF;
    IF NOT kf.claim_put(c, true) THEN
        RETURN 'later';
    END IF;
    UPDATE kf.waiting x
    SET state = 'offered', claim_id = c.claim_id, offered_until = c.expires_at, offers = x.offers + 1, offer_hash = NULL
    WHERE x.tenant_id = w.tenant_id AND x.waiting_id = w.waiting_id
    RETURNING x.* INTO w;
    w.customer_zone := c.customer_zone;
    PERFORM kf.waiting_mail(t, w, 'waiting_offer', w.offered_until, c);
    RETURN 'offered';
END
$$;

-- Only mails about the time; the first to book gets it.
CREATE OR REPLACE FUNCTION kf.waiting_tell(t kf.tenant, w kf.waiting, s kf.service, c kf.claim) RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    IF s.max_per_day IS NOT NULL AND kf.day_full(s, t.time_zone, c.slot_start, NULL) THEN
        RETURN 'none';
    END IF;
    w.customer_zone := c.customer_zone;
    PERFORM kf.waiting_mail(t, w, 'waiting_free', c.slot_start - make_interval(mins => s.notice_min), c);
    RETURN 'told';
END
$$;

-- Starts of a service on a day of a zone that overlap a freed time, the nearest first: on the professional's grid, in
-- working hours, within notice (plus five minutes to answer) and horizon, and not taken by a claim.
CREATE OR REPLACE FUNCTION kf.waiting_starts(s kf.service, f kf.freed, p_day date, p_zone text) RETURNS SETOF timestamptz
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_step interval := make_interval(mins => s.step_min);
    v_length interval := make_interval(mins => s.duration_min);
    v_before interval := make_interval(mins => s.buffer_before_min);
    v_after interval := make_interval(mins => s.buffer_after_min);
    v_first timestamptz := greatest(f.slot_start - v_length - v_after,
                                    v_now + make_interval(mins => s.notice_min) + interval '5 minutes');
    v_last timestamptz := least(f.slot_end + v_before, v_now + make_interval(hours => 24 * s.horizon_days));
BEGIN
    RETURN QUERY
    SELECT u
    FROM kf.windows(s.tenant_id, f.professional_id, v_first, greatest(v_last, v_first + interval '1 microsecond')) w,
         generate_series(w.origin + v_step * ceil(extract(epoch FROM greatest(w.lo, v_first) - w.origin)
                                                  / (s.step_min * 60))::float8, least(w.hi, v_last), v_step) u
    WHERE u >= w.lo AND u < w.hi AND u + v_length <= w.until AND u >= v_first AND u <= v_last
      AND u - v_before < f.slot_end AND u + v_length + v_after > f.slot_start
      AND (u AT TIME ZONE p_zone)::date = p_day
      AND NOT EXISTS (SELECT FROM kf.claim o
                      WHERE o.tenant_id = s.tenant_id AND o.professional_id = f.professional_id
                        AND o.starts_at > u - v_before - interval '24 hours' AND o.starts_at < u + v_length + v_after
                        AND o.ends_at > u - v_before AND o.state IN ('held', 'pending', 'booked')
                        AND (o.expires_at IS NULL OR o.expires_at > v_now))
    ORDER BY abs(extract(epoch FROM u - f.slot_start)), u;
END
$$;
