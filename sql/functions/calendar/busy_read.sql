-- The busy time of the professionals in [p_from, p_to). The first row (no = 0) carries the clock and the version of the
-- catalogue. Then, by professional and start, live claims and the busy time of their calendars. Time that a calendar
-- has not reported counts as busy. unread: it should be known, but cannot be read. The most frequent statement of all,
-- an index-only scan. A claim is at most 24 hours long, which bounds the scan from below.
CREATE OR REPLACE FUNCTION kf.busy_read(p_tenant uuid, p_professionals uuid[],
                                        p_from timestamptz, p_to timestamptz)
RETURNS TABLE (no int, starts_at timestamptz, ends_at timestamptz, version bigint, unread boolean)
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
    v_earliest timestamptz := p_from - interval '24 hours';
    v_professional uuid;
    v_calendars boolean;
    v_known boolean; -- the requested time of this calendar is known; null: there is no calendar
    v_edges timestamptz[];
    v_low int;
    v_high int;
BEGIN
    no := 0;
    starts_at := v_now;
    SELECT t.catalog_version, EXISTS (SELECT FROM kf.calendar_busy x WHERE x.tenant_id = p_tenant)
    INTO version, v_calendars
    FROM kf.tenant t WHERE t.tenant_id = p_tenant;
    unread := false;
    RETURN NEXT;
    FOREACH v_professional IN ARRAY p_professionals LOOP
        no := no + 1;
        IF v_calendars THEN
            SELECT v_now < x.valid_until AND x.covers @> tstzrange(greatest(p_from, v_now), greatest(p_to, v_now)), x.edges
            INTO v_known, v_edges
            FROM kf.calendar_busy x
            WHERE x.tenant_id = p_tenant AND x.professional_id = v_professional AND x.n = 0;
        END IF;
        IF v_known IS NULL THEN
            RETURN QUERY
            SELECT no, c.starts_at, c.ends_at, NULL::bigint, false
            FROM kf.claim c
            WHERE c.tenant_id = p_tenant AND c.professional_id = v_professional
              AND c.starts_at > v_earliest AND c.starts_at < p_to AND c.ends_at > p_from
              AND c.state IN ('held', 'pending', 'booked')
              AND (c.expires_at IS NULL OR c.expires_at > v_now)
            ORDER BY c.starts_at;
        ELSIF v_known THEN
            -- From the first range that ends after p_from to the last that begins before p_to.
            v_low := width_bucket(p_from, v_edges) | 1;
            v_high := width_bucket(p_to - interval '1 microsecond', v_edges);
            RETURN QUERY
            SELECT no, c.starts_at, c.ends_at, NULL::bigint, false
            FROM kf.claim c
            WHERE c.tenant_id = p_tenant AND c.professional_id = v_professional
              AND c.starts_at > v_earliest AND c.starts_at < p_to AND c.ends_at > p_from
              AND c.state IN ('held', 'pending', 'booked')
              AND (c.expires_at IS NULL OR c.expires_at > v_now)
            UNION ALL
            SELECT no, v_edges[i], v_edges[i + 1], NULL, false FROM generate_series(v_low, v_high, 2) i
            ORDER BY 2;
        ELSE
            RETURN QUERY
            SELECT no, b.starts_at, b.ends_at, NULL::bigint, b.unread
            FROM kf.busy_with_calendar(p_tenant, v_professional, p_from, p_to, v_now) b;
        END IF;
    END LOOP;
END
$$;
