-- Makes the mails of requested links, and leases due mails, the longest waiting first. Mails without a booking precede
-- all others: a person waits for a link of an account, an offer expires, and a thousand reminders may be waiting. A
-- mail whose link could not be sent within a day is given up, since the link is dead. Mails that are useless by now are
-- skipped: their time has passed, or their content is no longer true. Mails that may not be sent yet wait
-- (kf.mail_pass). The result includes the business's data, the server (none: the operator's), and the offset of the
-- business's clock from UTC.
-- p_own_only: the operator has no server, so only mails of merchants with their own.
-- p_kinds: the kinds that this worker can make. Other kinds are left untouched, without counting an attempt, for a
-- worker of another release that runs during an upgrade.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_mails(p_limit int, p_lease_s int, p_own_only boolean, p_kinds text[])
RETURNS TABLE (tenant_id uuid, mail_id uuid, kind text, to_address text, to_name text, language text,
               facts jsonb, secret_sealed text, attempts int, created_at timestamptz, business text,
               zone text, zone_offset int, booking_id uuid, booking_status text, needs_tokens boolean,
               useful_until timestamptz, primary_color text, secondary_color text, logo_url text, contact text,
               reply_to text, channel_kind text, channel_host text, channel_port int, channel_security text,
               channel_username text, channel_secret_sealed text, channel_from_name text, channel_from_address text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
-- Few rows, each joined to its booking: never a scan of all bookings of a business.
SET enable_mergejoin = off SET enable_hashjoin = off
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    IF EXISTS (SELECT FROM kf.link_ask) THEN
        PERFORM kf.links_make(100);
    END IF;
    UPDATE kf.mail x SET state = 'dead', secret_sealed = NULL, lease_until = NULL,
           last_error = 'it could not be sent within a day'
    FROM (SELECT y.tenant_id, y.mail_id FROM kf.mail y
          WHERE y.state IN ('due', 'sending') AND y.next_attempt_at <= v_now
            AND y.secret_sealed IS NOT NULL AND y.created_at <= v_now - interval '24 hours' AND y.kind = ANY (p_kinds)
          LIMIT 1000 FOR UPDATE SKIP LOCKED) old
    WHERE x.tenant_id = old.tenant_id AND x.mail_id = old.mail_id;
    UPDATE kf.mail x SET state = 'skipped', lease_until = NULL
    FROM (SELECT y.tenant_id, y.mail_id FROM kf.mail y
          WHERE y.state IN ('due', 'sending') AND y.useful_until <= v_now AND y.next_attempt_at <= v_now
            AND y.kind = ANY (p_kinds)
          ORDER BY y.useful_until LIMIT 1000 FOR UPDATE SKIP LOCKED) past
    WHERE x.tenant_id = past.tenant_id AND x.mail_id = past.mail_id;
    IF p_own_only AND NOT EXISTS (SELECT FROM kf.mail_channel) THEN
        RETURN; -- (without reading all waiting mails)
    END IF;
    RETURN QUERY
    WITH first AS MATERIALIZED (
        SELECT x.tenant_id, x.mail_id FROM kf.mail x
        WHERE x.state IN ('due', 'sending') AND x.next_attempt_at <= v_now AND x.booking_id IS NULL
          AND x.kind = ANY (p_kinds)
          AND (NOT p_own_only OR kf.mail_goes_own(x))
        ORDER BY x.next_attempt_at
        LIMIT p_limit FOR UPDATE SKIP LOCKED
    ), others AS MATERIALIZED (
        SELECT x.tenant_id, x.mail_id FROM kf.mail x
        WHERE x.state IN ('due', 'sending') AND x.next_attempt_at <= v_now AND x.booking_id IS NOT NULL
          AND x.kind = ANY (p_kinds)
          AND (NOT p_own_only OR kf.mail_goes_own(x))
        ORDER BY x.next_attempt_at
        LIMIT p_limit - (SELECT count(*) FROM first) FOR UPDATE SKIP LOCKED
    ), locked AS MATERIALIZED (
        SELECT * FROM first UNION ALL SELECT * FROM others
    ), judged AS MATERIALIZED (
        SELECT x.tenant_id, x.mail_id, b.status,
               coalesce(kf.mail_holds(x, b), true) AS holds
        FROM locked
        JOIN kf.mail x ON x.tenant_id = locked.tenant_id AND x.mail_id = locked.mail_id
        LEFT JOIN kf.booking b ON b.tenant_id = x.tenant_id AND b.booking_id = x.booking_id
    ), passed AS MATERIALIZED (
        SELECT j.*, CASE WHEN j.holds THEN kf.mail_pass(x) END AS why
        FROM judged j JOIN kf.mail x ON x.tenant_id = j.tenant_id AND x.mail_id = j.mail_id
    ), leased AS (
        UPDATE kf.mail x
        SET state = CASE WHEN j.why IS NOT NULL THEN 'due' WHEN j.holds THEN 'sending' ELSE 'skipped' END,
            lease_until = CASE WHEN j.holds AND j.why IS NULL THEN v_now + make_interval(secs => p_lease_s) END,
            next_attempt_at = CASE WHEN j.why IS NOT NULL THEN kf.mail_again(j.why)
                                   ELSE v_now + make_interval(secs => p_lease_s) END,
            last_error = CASE WHEN j.why IS NOT NULL THEN 'it waits: ' || j.why ELSE x.last_error END
        FROM passed j WHERE x.tenant_id = j.tenant_id AND x.mail_id = j.mail_id
        RETURNING x.*, x AS mail, j.status AS booking_status
    )
    SELECT x.tenant_id, x.mail_id, x.kind, x.to_address, x.to_name, x.language,
           kf.mail_told(x.facts, s.inside OR s.trusted)
               || CASE WHEN x.booking_id IS NULL THEN '{}' ELSE kf.mail_meeting(x.tenant_id, x.booking_id) END
               || CASE WHEN s.inside THEN '{}'
                       ELSE jsonb_build_object('report', kf.mail_report_token(x.tenant_id, x.mail_id)) END
               || CASE WHEN x.kind <> 'confirm_address' THEN '{}'
                       ELSE jsonb_build_object('confirm', kf.mail_link_token(
                           CASE WHEN c.kind IS NULL THEN 'confirm' ELSE 'confirm_here' END, x.tenant_id, x.mail_id)) END,
           x.secret_sealed, x.attempts, x.created_at, t.name, t.time_zone,
           extract(epoch FROM (x.created_at AT TIME ZONE t.time_zone)
                              - (x.created_at AT TIME ZONE 'UTC'))::int,
           x.booking_id, x.booking_status, kf.mail_to(x.kind) IN ('customer', 'waiting'),
           x.useful_until, t.primary_color, t.secondary_color,
           CASE WHEN s.trusted THEN t.logo_url END, CASE WHEN s.trusted THEN t.contact END,
           CASE WHEN s.trusted THEN t.mail_reply_to END, c.kind, c.host, c.port, c.security, c.username, c.secret_sealed,
           c.from_name, c.from_address
    FROM leased x
    JOIN kf.tenant t ON t.tenant_id = x.tenant_id
    CROSS JOIN LATERAL (SELECT kf.mail_is_inside(x.mail) AS inside, kf.tenant_trusted(t) AS trusted OFFSET 0) s
    LEFT JOIN kf.mail_channel c ON c.tenant_id = x.tenant_id AND (c.active OR x.kind = 'channel_test')
    WHERE x.state = 'sending';
END
$$;

-- For workers of version 7, which do not give their kinds: the kinds that they know. Workers of version 6, which give
-- no third argument either, know the mails of accounts. To be removed when kf.meta 'serves' has passed 7.
CREATE OR REPLACE FUNCTION kf.work_mails(p_limit int, p_lease_s int, p_own_only boolean DEFAULT NULL)
RETURNS TABLE (tenant_id uuid, mail_id uuid, kind text, to_address text, to_name text, language text,
               facts jsonb, secret_sealed text, attempts int, created_at timestamptz, business text,
               zone text, zone_offset int, booking_id uuid, booking_status text, needs_tokens boolean,
               useful_until timestamptz, primary_color text, secondary_color text, logo_url text, contact text,
               reply_to text, channel_kind text, channel_host text, channel_port int, channel_security text,
               channel_username text, channel_secret_sealed text, channel_from_name text, channel_from_address text)
LANGUAGE sql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
    SELECT * FROM kf.work_mails(p_limit, p_lease_s, coalesce(p_own_only, false),
        '{verify,already_registered,reset,password_changed,invite,new_sign_in,totp_changed,calendar_invite,calendar_error,
          calendar_unreadable}'::text[]
        || CASE WHEN p_own_only IS NULL THEN '{}' ELSE
        '{booking_received,booking_confirmed,payment_failed,reminder_24h,reminder_1h,booking_moved,booking_cancelled,
          refund_done,waiting_joined,waiting_offer,new_booking,moved_booking,cancelled_booking,refund_task,
          callback_failing,channel_test}'::text[] END)
$$;
REVOKE ALL ON FUNCTION kf.work_mails(int, int, boolean, text[]), kf.work_mails(int, int, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_mails(int, int, boolean, text[]), kf.work_mails(int, int, boolean)
    TO konfirmado_app, konfirmado_owner;

-- Whether a mail uses the merchant's own server.
CREATE OR REPLACE FUNCTION kf.mail_goes_own(m kf.mail) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT EXISTS (SELECT FROM kf.mail_channel c
                   WHERE c.tenant_id = m.tenant_id AND (c.active OR m.kind = 'channel_test'))
$$;
REVOKE ALL ON FUNCTION kf.mail_goes_own FROM PUBLIC;

-- Waiting and given-up mails of all tenants, for the operator's check.
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

-- Whether the content of a mail about a booking or a place in the waiting list is still true. null: it is about
-- neither.
CREATE OR REPLACE FUNCTION kf.mail_holds(m kf.mail, b kf.booking) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT CASE
        WHEN m.kind = 'waiting_offer' THEN EXISTS (
            SELECT FROM kf.waiting w WHERE w.tenant_id = m.tenant_id AND w.waiting_id = (m.facts->>'waiting')::uuid
              AND w.state = 'offered' AND m.key = format('waiting_offer/%s/%s', w.waiting_id, w.offers))
        WHEN m.kind = 'waiting_joined' THEN EXISTS (
            SELECT FROM kf.waiting w WHERE w.tenant_id = m.tenant_id AND w.waiting_id = (m.facts->>'waiting')::uuid
              AND w.state IN ('waiting', 'offered'))
        WHEN m.kind = 'waiting_confirm' THEN EXISTS (
            SELECT FROM kf.waiting w WHERE w.tenant_id = m.tenant_id AND w.waiting_id = (m.facts->>'waiting')::uuid
              AND w.state = 'unverified')
        WHEN m.kind = 'waiting_free' THEN EXISTS (
            SELECT FROM kf.waiting w WHERE w.tenant_id = m.tenant_id AND w.waiting_id = (m.facts->>'waiting')::uuid
              AND w.state = 'waiting')
        WHEN b.booking_id IS NULL THEN NULL
        WHEN b.erased_at IS NOT NULL THEN false
        WHEN m.kind IN ('booking_received', 'payment_failed') THEN b.status = 'pending'
        WHEN m.kind IN ('reminder_24h', 'reminder_1h') THEN
            b.status IN ('paid', 'confirmed') AND b.reminders AND (m.facts->>'utc_start')::timestamptz = b.slot_start
        WHEN m.kind IN ('booking_confirmed', 'booking_moved', 'new_booking', 'moved_booking') THEN
            b.status NOT IN ('cancelled', 'expired', 'failed')
        ELSE true END
$$;

-- The meeting URL of a booking, which its calendar may have made after the mail was written.
CREATE OR REPLACE FUNCTION kf.mail_meeting(p_tenant uuid, p_booking uuid) RETURNS jsonb
LANGUAGE sql STABLE
AS $$
    SELECT jsonb_build_object('meeting_url', (
        SELECT x.meeting_url FROM kf.calendar_event x
        WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking AND x.wanted = 'present' ORDER BY x.n DESC LIMIT 1))
$$;
