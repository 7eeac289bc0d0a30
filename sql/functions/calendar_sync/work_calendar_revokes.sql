-- Leases grants to be revoked, once their channels are stopped (or after ten minutes). A grant whose account still
-- serves another connection is only deleted here, because revoking it would end that connection too. For the same
-- reason it waits while its professional, or its account, is about to connect again.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_calendar_revokes(p_limit int, p_lease_s int)
RETURNS TABLE (tenant_id uuid, connection_id uuid, provider text, refresh_token_sealed text,
               access_token_sealed text, access_expires_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_leased kf.calendar_connection[] := ARRAY(SELECT x FROM kf.lease_calendar_revokes(p_limit, p_lease_s) x);
    v_kept uuid[];
BEGIN
    WITH kept AS (
        UPDATE kf.calendar_connection x
        SET refresh_token_sealed = NULL, access_token_sealed = NULL, access_expires_at = NULL, revoke_due_at = NULL
        FROM unnest(v_leased) l
        WHERE x.tenant_id = l.tenant_id AND x.connection_id = l.connection_id
          AND (x.refresh_token_sealed IS NULL
               OR EXISTS (SELECT FROM kf.calendar_connection o
                          WHERE o.provider = x.provider AND o.account_id = x.account_id AND o.state <> 'disconnected'))
        RETURNING x.connection_id
    )
    SELECT array_agg(k.connection_id) INTO v_kept FROM kept k;
    RETURN QUERY
    SELECT x.tenant_id, x.connection_id, x.provider, x.refresh_token_sealed, x.access_token_sealed, x.access_expires_at
    FROM unnest(v_leased) x WHERE x.connection_id <> ALL (coalesce(v_kept, '{}'));
END
$$;

-- Whether a grant can be revoked now: its channels are stopped, and no new connection is about to begin.
CREATE OR REPLACE FUNCTION kf.calendar_revoke_ready(c kf.calendar_connection) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    RETURN (c.ended_at <= v_now - interval '10 minutes'
            OR NOT EXISTS (SELECT FROM kf.calendar_channel h
                           WHERE h.tenant_id = c.tenant_id AND h.connection_id = c.connection_id AND h.state = 'stopping'))
       AND NOT EXISTS (SELECT FROM kf.calendar_grant g
                       WHERE g.finished_at IS NULL AND g.expires_at > v_now
                         AND (g.tenant_id = c.tenant_id AND g.professional_id = c.professional_id AND g.granted_at IS NULL
                              OR g.provider = c.provider AND g.account_id = c.account_id));
END
$$;
REVOKE ALL ON FUNCTION kf.work_calendar_revokes, kf.calendar_revoke_ready FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_calendar_revokes TO konfirmado_app, konfirmado_owner;
RESET ROLE;
