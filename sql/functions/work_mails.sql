-- Leases mails that are due, the longest waiting first. A link that nobody could send within a day
-- leads nowhere any more: its mail is given up instead. With the tenant's name and what its clock
-- is ahead of UTC by, which the mail tells.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_mails(p_limit int, p_lease_s int)
RETURNS TABLE (tenant_id uuid, mail_id uuid, kind text, to_address text, to_name text, language text,
               facts jsonb, secret_sealed text, attempts int, created_at timestamptz, business text,
               zone text, zone_offset int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    UPDATE kf.mail x SET state = 'dead', secret_sealed = NULL, lease_until = NULL,
           last_error = 'it could not be sent within a day'
    FROM (SELECT y.tenant_id, y.mail_id FROM kf.mail y
          WHERE y.state IN ('due', 'sending') AND y.next_attempt_at <= v_now
            AND y.secret_sealed IS NOT NULL AND y.created_at <= v_now - interval '24 hours'
          LIMIT 1000 FOR UPDATE SKIP LOCKED) old
    WHERE x.tenant_id = old.tenant_id AND x.mail_id = old.mail_id;
    RETURN QUERY
    WITH locked AS MATERIALIZED (
        SELECT x.tenant_id, x.mail_id FROM kf.mail x
        WHERE x.state IN ('due', 'sending') AND x.next_attempt_at <= v_now
        ORDER BY x.next_attempt_at
        LIMIT p_limit FOR UPDATE SKIP LOCKED
    ), leased AS (
        UPDATE kf.mail x
        SET state = 'sending', lease_until = v_now + make_interval(secs => p_lease_s),
            next_attempt_at = v_now + make_interval(secs => p_lease_s)
        FROM locked WHERE x.tenant_id = locked.tenant_id AND x.mail_id = locked.mail_id
        RETURNING x.*
    )
    SELECT x.tenant_id, x.mail_id, x.kind, x.to_address, x.to_name, x.language, x.facts,
           x.secret_sealed, x.attempts, x.created_at, t.name, t.time_zone,
           extract(epoch FROM (x.created_at AT TIME ZONE t.time_zone)
                              - (x.created_at AT TIME ZONE 'UTC'))::int
    FROM leased x JOIN kf.tenant t ON t.tenant_id = x.tenant_id;
END
$$;
REVOKE ALL ON FUNCTION kf.work_mails FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_mails TO konfirmado_app, konfirmado_owner;

-- What waits and what was given up, of all tenants: for the operator's check.
CREATE OR REPLACE FUNCTION kf.mails_waiting()
RETURNS TABLE (due int, untried int, oldest timestamptz, dead int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
    SELECT count(*) FILTER (WHERE x.state <> 'dead')::int,
           count(*) FILTER (WHERE x.state = 'due' AND x.attempts = 0)::int,
           min(x.created_at) FILTER (WHERE x.state <> 'dead'),
           count(*) FILTER (WHERE x.state = 'dead' AND x.created_at > kf.now() - interval '7 days')::int
    FROM kf.mail x WHERE x.state IN ('due', 'sending', 'dead')
$$;
REVOKE ALL ON FUNCTION kf.mails_waiting FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.mails_waiting TO konfirmado_app, konfirmado_owner;
RESET ROLE;
