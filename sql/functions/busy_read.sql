-- What is taken of the professionals' time in [p_from, p_to). The first row (no = 0) carries
-- the clock and the version of the catalogue; then live claims by professional and start.
-- The most frequent statement of all: an index-only scan. A claim is 24 hours long at most,
-- which bounds the scan from below.
CREATE OR REPLACE FUNCTION kf.busy_read(p_tenant uuid, p_professionals uuid[],
                                        p_from timestamptz, p_to timestamptz)
RETURNS TABLE (no int, starts_at timestamptz, ends_at timestamptz, version bigint)
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
    v_earliest timestamptz := p_from - interval '24 hours';
    v_professional uuid;
BEGIN
    no := 0;
    starts_at := v_now;
    SELECT t.catalog_version INTO version FROM kf.tenant t WHERE t.tenant_id = p_tenant;
    RETURN NEXT;
    FOREACH v_professional IN ARRAY p_professionals LOOP
        no := no + 1;
        RETURN QUERY
        SELECT no, c.starts_at, c.ends_at, NULL::bigint
        FROM kf.claim c
        WHERE c.tenant_id = p_tenant AND c.professional_id = v_professional
          AND c.starts_at > v_earliest AND c.starts_at < p_to AND c.ends_at > p_from
          AND c.state IN ('held', 'pending', 'booked')
          AND (c.expires_at IS NULL OR c.expires_at > v_now)
        ORDER BY c.starts_at;
    END LOOP;
END
$$;
