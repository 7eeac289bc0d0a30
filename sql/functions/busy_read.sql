-- What is taken of the professionals' time in [p_from, p_to). The first row (no = 0) carries
-- the clock and the version of the catalogue; then, by professional and start, live claims and what
-- their calendars hold. Time of a calendar that is not known counts as taken; unread: it should be
-- known, but cannot be read.
-- The most frequent statement of all: an index-only scan. A claim is 24 hours long at most,
-- which bounds the scan from below.
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
        IF v_calendars AND EXISTS (SELECT FROM kf.calendar_busy x
                                   WHERE x.tenant_id = p_tenant AND x.professional_id = v_professional) THEN
            RETURN QUERY SELECT no, b.starts_at, b.ends_at, NULL::bigint, b.unread
                         FROM kf.busy_with_calendar(p_tenant, v_professional, p_from, p_to, v_now) b;
            CONTINUE;
        END IF;
        RETURN QUERY
        SELECT no, c.starts_at, c.ends_at, NULL::bigint, false
        FROM kf.claim c
        WHERE c.tenant_id = p_tenant AND c.professional_id = v_professional
          AND c.starts_at > v_earliest AND c.starts_at < p_to AND c.ends_at > p_from
          AND c.state IN ('held', 'pending', 'booked')
          AND (c.expires_at IS NULL OR c.expires_at > v_now)
        ORDER BY c.starts_at;
    END LOOP;
END
$$;
