-- A caller needs to know whether a time (null: some time soon) is free, by a reading requested at p_after (null: now)
-- or later. fresh: there is one. failed: a reading is not possible now. wait: another reading is running. go: the
-- caller has the lease and reads as the other columns say. none: there is no calendar.
CREATE OR REPLACE FUNCTION kf.calendar_fresh_begin(p_tenant uuid, p_professional uuid, p_at timestamptz,
                                                   p_after timestamptz, p_lease_s int)
RETURNS TABLE (verdict text, now timestamptz, after timestamptz, n int, lease uuid,
               range_from timestamptz, range_to timestamptz, connection_id uuid, provider text,
               refresh_token_sealed text, access_token_sealed text, access_expires_at timestamptz,
               calendars text[])
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    c kf.calendar_connection;
    b kf.calendar_busy;
    v_n int;
    v_range tstzrange;
BEGIN
    now := kf.now();
    after := coalesce(p_after, now);
    v_n := kf.calendar_row_of(coalesce(p_at, now), now);
    SELECT x.* INTO c FROM kf.calendar_connection x
    WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND x.state <> 'disconnected';
    IF c.state = 'connected' AND NOT EXISTS (
            SELECT FROM kf.calendar_busy x
            WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND x.n = v_n) THEN
        -- beyond the rows that the services need: a row for this question only
        INSERT INTO kf.calendar_busy (tenant_id, professional_id, n, connection_id, next_read_at)
        VALUES (p_tenant, p_professional, v_n, c.connection_id, 'infinity')
        ON CONFLICT DO NOTHING;
    END IF;
    SELECT x.* INTO b FROM kf.calendar_busy x
    WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND x.n = v_n FOR UPDATE;
    IF c.connection_id IS NULL THEN
        verdict := 'none';
    ELSIF c.state = 'error' THEN
        verdict := 'failed';
    ELSIF b.read_at >= after THEN
        verdict := 'fresh';
    ELSIF b.failed_at >= after OR b.failed_at IS NOT NULL AND now < b.next_read_at THEN
        verdict := 'failed';
    ELSIF b.lease_until > now THEN
        verdict := 'wait';
    ELSIF b.connection_id IS DISTINCT FROM c.connection_id THEN
        verdict := 'wait'; -- being connected again
    ELSE
        verdict := 'go';
        v_range := kf.calendar_range(v_n, now, kf.calendar_before(p_tenant, p_professional));
        UPDATE kf.calendar_busy x
        SET lease = gen_random_uuid(), lease_until = calendar_fresh_begin.now + make_interval(secs => p_lease_s)
        WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND x.n = v_n
        RETURNING x.n, x.lease INTO n, lease;
        range_from := lower(v_range);
        range_to := upper(v_range);
        connection_id := c.connection_id;
        provider := c.provider;
        refresh_token_sealed := c.refresh_token_sealed;
        access_token_sealed := c.access_token_sealed;
        access_expires_at := c.access_expires_at;
        calendars := kf.calendar_read_ids(p_tenant, c.connection_id);
    END IF;
    RETURN NEXT;
END
$$;
