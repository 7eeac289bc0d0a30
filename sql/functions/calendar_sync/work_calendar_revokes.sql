-- Leases grants that are to be given back, once their channels are stopped (or ten minutes went by).
-- A grant whose account still serves somebody is only forgotten: giving it back would end theirs too.
-- For the same reason it waits while its professional, or its account, is about to connect again.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_calendar_revokes(p_limit int, p_lease_s int)
RETURNS TABLE (tenant_id uuid, connection_id uuid, provider text, refresh_token_sealed text,
               access_token_sealed text, access_expires_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    RETURN QUERY
    WITH locked AS MATERIALIZED (
        SELECT y.tenant_id, y.connection_id,
               y.refresh_token_sealed IS NULL OR EXISTS (
                   SELECT FROM kf.calendar_connection o
                   WHERE o.provider = y.provider AND o.account_id = y.account_id AND o.state <> 'disconnected'
               ) AS kept
        FROM kf.calendar_connection y
        WHERE y.revoke_due_at <= v_now AND (y.revoke_lease_until IS NULL OR y.revoke_lease_until <= v_now)
          AND (y.ended_at <= v_now - interval '10 minutes'
               OR NOT EXISTS (SELECT FROM kf.calendar_channel h
                              WHERE h.tenant_id = y.tenant_id AND h.connection_id = y.connection_id
                                AND h.state = 'stopping'))
          AND NOT EXISTS (SELECT FROM kf.calendar_grant g
                          WHERE g.finished_at IS NULL AND g.expires_at > v_now
                            AND (g.tenant_id = y.tenant_id AND g.professional_id = y.professional_id AND g.granted_at IS NULL
                                 OR g.provider = y.provider AND g.account_id = y.account_id))
        ORDER BY y.revoke_due_at
        LIMIT p_limit FOR NO KEY UPDATE OF y SKIP LOCKED
    ), forgotten AS (
        UPDATE kf.calendar_connection x
        SET refresh_token_sealed = NULL, access_token_sealed = NULL, access_expires_at = NULL, revoke_due_at = NULL
        FROM locked
        WHERE locked.kept AND x.tenant_id = locked.tenant_id AND x.connection_id = locked.connection_id
    ), leased AS (
        UPDATE kf.calendar_connection x SET revoke_lease_until = v_now + make_interval(secs => p_lease_s)
        FROM locked
        WHERE NOT locked.kept AND x.tenant_id = locked.tenant_id AND x.connection_id = locked.connection_id
        RETURNING x.*
    )
    SELECT x.tenant_id, x.connection_id, x.provider, x.refresh_token_sealed, x.access_token_sealed,
           x.access_expires_at
    FROM leased x;
END
$$;
REVOKE ALL ON FUNCTION kf.work_calendar_revokes FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_calendar_revokes TO konfirmado_app, konfirmado_owner;
RESET ROLE;
