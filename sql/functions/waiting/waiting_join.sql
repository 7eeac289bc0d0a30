-- Requests a place for a full day (p as in kf.waiting_add). The place is unverified and takes no turn until the reader
-- of the mail confirms it (kf.waiting_confirm), within a day. A repeated request returns the same place and sends no
-- second mail. The answer does not reveal whether the address is known here: the number of its places is checked at the
-- confirmation.
-- p_address, p_network: keyed hashes of the browser's location; null: unknown, and not counted.
-- p_bounds: the limits of requests of an address and a network at a business in a day; null or 0: no limit.
-- Refusals: those of kf.waiting_wish; KF409 (day: it has free times), KF422 (day: no working hours), KF429.
CREATE OR REPLACE FUNCTION kf.waiting_join(p_tenant uuid, p_id uuid, p jsonb, p_address bigint, p_network bigint,
                                           p_bounds int[]) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    w kf.waiting;
    t kf.tenant;
BEGIN
    SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = p_tenant;
    w := kf.waiting_wish(t, p);
    w.waiting_id := p_id;
    w.state := 'unverified';
    w.joined_address := p_address;
    w.joined_network := p_network;
    PERFORM kf.waiting_day_check(w);
    IF kf.joiner_full(w, p_bounds[1], p_bounds[2]) THEN
        PERFORM kf.refuse('KF429', 'Too many waiting-list places were requested from here: try again tomorrow');
    END IF;
    INSERT INTO kf.waiting SELECT w.* ON CONFLICT DO NOTHING;
    IF FOUND THEN
        PERFORM kf.waiting_mail(t, w, 'waiting_confirm', least(kf.zone_day_start(w.customer_zone, w.day + 1),
                                                               w.created_at + kf.kept_for('unverified')), NULL);
    END IF;
END
$$;

-- Whether an address or its network has reached its limit of requests at a business in a day (null or 0: no limit).
-- Places that were left or removed count too, because a place is left as easily as requested. Concurrent requests are
-- not seen.
CREATE OR REPLACE FUNCTION kf.joiner_full(w kf.waiting, p_max_address int, p_max_network int) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN w.joined_network IS NOT NULL AND (
        SELECT coalesce(count(*) FILTER (WHERE x.joined_address = w.joined_address) >= nullif(p_max_address, 0), false)
               OR coalesce(count(*) >= nullif(p_max_network, 0), false)
        FROM kf.waiting x
        WHERE x.tenant_id = w.tenant_id AND x.joined_network = w.joined_network
          AND x.created_at > kf.now() - interval '1 day');
END
$$;

-- Refuses a day with free times or without working hours, by the times that the page offers.
CREATE OR REPLACE FUNCTION kf.waiting_day_check(w kf.waiting) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_who uuid[];
    v_from timestamptz;
    v_to timestamptz;
    s kf.service;
    x record;
BEGIN
    SELECT y.* INTO s FROM kf.service y WHERE y.tenant_id = w.tenant_id AND y.service_id = w.service_id;
    v_who := ARRAY(SELECT ps.professional_id FROM kf.professional_service ps
                   JOIN kf.professional f USING (tenant_id, professional_id)
                   WHERE ps.tenant_id = w.tenant_id AND ps.service_id = w.service_id AND f.active
                     AND (w.professional_id IS NULL OR ps.professional_id = w.professional_id));
    v_from := greatest(kf.zone_day_start(w.customer_zone, w.day), v_now + make_interval(mins => s.notice_min));
    v_to := least(kf.zone_day_start(w.customer_zone, w.day + 1),
                  v_now + make_interval(hours => 24 * s.horizon_days) + interval '1 microsecond');
    SELECT count(*) AS n, coalesce(bool_or(NOT u.taken), false) AS free INTO x
    FROM kf.waiting_times(s, v_who, v_from, greatest(v_to, v_from + interval '1 microsecond')) u;
    IF x.free THEN
        PERFORM kf.refuse('KF409', 'This day has free times: choose one of them', 'day');
    ELSIF x.n = 0 THEN
        PERFORM kf.refuse_field('This day cannot be booked', 'day', 'not_offered');
    END IF;
END
$$;

-- The starts of a service in [p_from, p_to) in its professionals' working hours, and whether each is taken: by a claim,
-- a calendar, or the daily maximum. A professional whose calendar cannot be read has none.
CREATE OR REPLACE FUNCTION kf.waiting_times(s kf.service, p_who uuid[], p_from timestamptz, p_to timestamptz)
RETURNS TABLE (taken boolean)
LANGUAGE plpgsql
AS $$
DECLARE
    v_step interval := make_interval(mins => s.step_min);
    v_length interval := make_interval(mins => s.duration_min);
    v_before interval := make_interval(mins => s.buffer_before_min);
    v_after interval := make_interval(mins => s.buffer_after_min);
    v_full tstzmultirange := (SELECT coalesce(range_agg(tstzrange(d.starts_at, d.ends_at)), '{}')
                              FROM kf.full_days(s.tenant_id, s.service_id, p_from, p_to) d);
BEGIN
    RETURN QUERY
    WITH busy AS MATERIALIZED (
        SELECT b.no, range_agg(tstzrange(b.starts_at, b.ends_at)) AS ranges, bool_or(b.unread) AS unread
        FROM kf.busy_read(s.tenant_id, p_who, p_from - v_before, p_to + v_length + v_after) b
        WHERE b.no > 0 GROUP BY b.no
    )
    SELECT v_full @> u OR coalesce(b.ranges && tstzrange(u - v_before, u + v_length + v_after), false)
    FROM kf.windows_many(s.tenant_id, p_who, p_from, p_to) w
    LEFT JOIN busy b ON b.no = w.no
    CROSS JOIN LATERAL generate_series(
        w.origin + v_step * ceil(extract(epoch FROM greatest(w.lo, p_from) - w.origin) / (s.step_min * 60))::float8,
        least(w.hi, p_to, w.until - v_length + interval '1 microsecond') - interval '1 microsecond', v_step) u
    WHERE b.unread IS NOT TRUE;
END
$$;
