-- The busy time of a professional with a calendar in [p_from, p_to), by start, if not all of that time is known:
-- unknown time counts as busy. p_claim, p_own: a claim, and time in the calendar, that do not count.
CREATE OR REPLACE FUNCTION kf.busy_with_calendar(p_tenant uuid, p_professional uuid, p_from timestamptz,
    p_to timestamptz, p_now timestamptz, p_claim uuid DEFAULT NULL, p_own tstzmultirange DEFAULT '{}')
RETURNS TABLE (starts_at timestamptz, ends_at timestamptz, unread boolean)
LANGUAGE plpgsql
AS $$
DECLARE
    v_asked tstzmultirange := tstzmultirange(tstzrange(p_from, p_to));
    v_known tstzmultirange := '{}';
    v_busy tstzmultirange := '{}';
    v_unknown tstzmultirange;
    v_unread boolean := false;
    b record;
BEGIN
    FOR b IN SELECT x.n, x.covers, x.busy, p_now < x.valid_until AS usable FROM kf.calendar_busy x
             WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional ORDER BY x.n LOOP
        IF b.usable AND v_asked && b.covers THEN
            v_known := v_known + tstzmultirange(b.covers);
            v_busy := v_busy + b.busy * v_asked;
        ELSIF NOT b.usable AND v_asked && kf.calendar_range(b.n, p_now, 0)
              AND b.n <= kf.calendar_last_row(p_tenant, p_professional) THEN -- (not a row made for a single question)
            v_unread := true;
        END IF;
    END LOOP;
    v_unknown := v_asked - v_known;
    IF NOT v_unread THEN -- (the past is never offered, known or not)
        v_unknown := v_unknown * tstzmultirange(tstzrange(p_now, NULL));
    END IF;
    RETURN QUERY
    SELECT c.starts_at, c.ends_at, false
    FROM kf.claim c
    WHERE c.tenant_id = p_tenant AND c.professional_id = p_professional
      AND c.starts_at > p_from - interval '24 hours' AND c.starts_at < p_to AND c.ends_at > p_from
      AND c.state IN ('held', 'pending', 'booked')
      AND (c.expires_at IS NULL OR c.expires_at > p_now)
      AND c.claim_id IS DISTINCT FROM p_claim
    UNION ALL
    SELECT lower(r), upper(r), false FROM unnest(v_busy - p_own) r
    UNION ALL
    SELECT lower(r), upper(r), v_unread FROM unnest(v_unknown) r
    ORDER BY 1;
END
$$;
