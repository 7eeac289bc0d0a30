-- Stores the result of a reading. changed: it differs from the former one; recovered: the reading before had failed. A
-- caller that has lost the lease changes nothing. p_ttl_s: how long a reading is valid without notices of changes;
-- p_poll_s: with a live channel for each calendar.
CREATE OR REPLACE FUNCTION kf.calendar_read_done(p_tenant uuid, p_professional uuid, p_n int, p_lease uuid,
    p_started timestamptz, p_from timestamptz, p_to timestamptz, p_busy text, p_ttl_s int, p_poll_s int)
RETURNS TABLE (changed boolean, recovered boolean)
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_range tstzrange := tstzrange(p_from, p_to);
    v_busy tstzmultirange := p_busy::tstzmultirange * tstzmultirange(v_range);
    v_both tstzmultirange;
    v_push timestamptz;
    v_next timestamptz;
    b kf.calendar_busy;
BEGIN
    SELECT x.* INTO b FROM kf.calendar_busy x
    WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND x.n = p_n FOR UPDATE;
    IF b.lease IS DISTINCT FROM p_lease OR p_lease IS NULL THEN
        changed := false;
        recovered := false;
        RETURN NEXT;
        RETURN;
    END IF;
    recovered := b.failed_at IS NOT NULL;
    v_both := tstzmultirange(v_range * b.covers);
    changed := isempty(b.covers) OR v_busy * v_both <> b.busy * v_both;
    -- Until when each calendar has a channel for changes.
    SELECT min(coalesce((SELECT max(h.expires_at) FROM kf.calendar_channel h
                         WHERE h.tenant_id = p_tenant AND h.connection_id = s.connection_id
                           AND h.calendar_id = s.calendar_id AND h.state = 'live'), '-infinity'))
    INTO v_push
    FROM kf.calendar_source s
    WHERE s.tenant_id = p_tenant AND s.connection_id = b.connection_id AND s.reads;
    v_next := p_started + make_interval(secs => p_poll_s);
    IF p_n = 0 AND v_push > p_started + make_interval(secs => p_ttl_s) THEN
        v_next := least(v_next, v_push);
    ELSIF p_n = 0 THEN
        v_next := p_started + make_interval(secs => p_ttl_s);
    END IF;
    UPDATE kf.calendar_busy x
    SET covers = v_range, busy = v_busy,
        edges = ARRAY(SELECT e FROM unnest(v_busy) r, LATERAL (VALUES (lower(r)), (upper(r))) k(e) ORDER BY 1),
        read_at = p_started,
        valid_until = v_next + make_interval(secs => p_ttl_s),
        changed_at = CASE WHEN b.changed_at > p_started THEN b.changed_at END,
        next_read_at = CASE WHEN p_n > kf.calendar_last_row(p_tenant, p_professional) THEN 'infinity'
                            WHEN b.changed_at > p_started THEN kf.now() ELSE v_next END,
        lease = NULL, lease_until = NULL, failures = 0, failed_at = NULL, failing_since = NULL, error = NULL
    WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND x.n = p_n;
    IF p_n = 0 THEN
        PERFORM kf.calendar_rows(p_tenant, p_professional, b.connection_id);
    END IF;
    IF changed THEN
        PERFORM kf.calendar_sync_soon(p_tenant, b.connection_id);
    END IF;
    RETURN NEXT;
END
$$;
