-- As kf.busy_read, for a booking that is to be moved: its own claim and event do not count.
CREATE OR REPLACE FUNCTION kf.busy_read_except(p_tenant uuid, p_professionals uuid[], p_from timestamptz,
                                               p_to timestamptz, p_booking uuid)
RETURNS TABLE (no int, starts_at timestamptz, ends_at timestamptz, version bigint, unread boolean)
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
    v_claim uuid := (SELECT b.claim_id FROM kf.booking b WHERE b.tenant_id = p_tenant AND b.booking_id = p_booking);
    v_professional uuid;
BEGIN
    no := 0;
    starts_at := v_now;
    version := (SELECT t.catalog_version FROM kf.tenant t WHERE t.tenant_id = p_tenant);
    unread := false;
    RETURN NEXT;
    FOREACH v_professional IN ARRAY p_professionals LOOP
        no := no + 1;
        IF EXISTS (SELECT FROM kf.calendar_busy x
                   WHERE x.tenant_id = p_tenant AND x.professional_id = v_professional AND x.n = 0) THEN
            RETURN QUERY
            SELECT no, q.starts_at, q.ends_at, NULL::bigint, q.unread
            FROM kf.busy_with_calendar(p_tenant, v_professional, p_from, p_to, v_now, v_claim,
                                       kf.calendar_own(p_tenant, v_professional, p_booking)) q;
        ELSE
            RETURN QUERY
            SELECT no, c.starts_at, c.ends_at, NULL::bigint, false
            FROM kf.claim c
            WHERE c.tenant_id = p_tenant AND c.professional_id = v_professional
              AND c.starts_at > p_from - interval '24 hours' AND c.starts_at < p_to AND c.ends_at > p_from
              AND c.state IN ('held', 'pending', 'booked')
              AND (c.expires_at IS NULL OR c.expires_at > v_now)
              AND c.claim_id IS DISTINCT FROM v_claim
            ORDER BY c.starts_at;
        END IF;
    END LOOP;
END
$$;
