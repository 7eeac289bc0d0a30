-- Cleans up claims of past times and unused holds (kf.kept_for). Locked rows are left for later. Returns the largest
-- count of one kind, at most p_limit each.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.claim_sweep(p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN greatest(kf.claims_end(p_limit), kf.claims_forget(p_limit), kf.holds_forget(p_limit));
END
$$;

-- Ends the claims of bookings, whatever the booking's status, once nobody can book that day any more, so that they
-- leave the indexes of taken time. The merchant can book until a day later (kf.booking_add), and a day has at most 25
-- hours.
CREATE OR REPLACE FUNCTION kf.claims_end(p_limit int) RETURNS int
LANGUAGE plpgsql
AS $$
DECLARE
    v_count int;
BEGIN
    WITH over AS MATERIALIZED (
        SELECT x.tenant_id, x.claim_id FROM kf.claim x
        WHERE x.state = 'booked' AND x.expires_at IS NULL AND x.ends_at <= kf.now() - interval '50 hours'
        ORDER BY x.ends_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    )
    UPDATE kf.claim c SET state = 'ended' FROM over o WHERE c.tenant_id = o.tenant_id AND c.claim_id = o.claim_id;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;

-- Deletes ended claims; the booking has all their data. Late money takes no time in the past (kf.booking_reclaim).
CREATE OR REPLACE FUNCTION kf.claims_forget(p_limit int) RETURNS int
LANGUAGE plpgsql
AS $$
DECLARE
    v_count int;
BEGIN
    WITH over AS MATERIALIZED (
        SELECT x.tenant_id, x.claim_id FROM kf.claim x
        WHERE x.state = 'ended' AND x.expires_at IS NULL AND x.ends_at <= kf.now() - kf.kept_for('time')
          AND NOT EXISTS (SELECT FROM kf.waiting w WHERE w.tenant_id = x.tenant_id AND w.claim_id = x.claim_id)
        ORDER BY x.ends_at LIMIT p_limit FOR UPDATE OF x SKIP LOCKED
    )
    DELETE FROM kf.claim c USING over o WHERE c.tenant_id = o.tenant_id AND c.claim_id = o.claim_id;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;

-- Deletes holds without a booking sooner, because anybody may make them. A hold that became a booking may still be paid
-- late, and an entry of the waiting list remembers the time that it let pass. Such claims only lose expires_at;
-- kf.claims_forget deletes them later.
CREATE OR REPLACE FUNCTION kf.holds_forget(p_limit int) RETURNS int
LANGUAGE plpgsql
AS $$
DECLARE
    v_count int;
BEGIN
    WITH over AS MATERIALIZED (
        SELECT x.tenant_id, x.claim_id,
               EXISTS (SELECT FROM kf.booking b WHERE b.tenant_id = x.tenant_id AND b.token_hash = x.token_hash)
               OR EXISTS (SELECT FROM kf.waiting w WHERE w.tenant_id = x.tenant_id AND w.claim_id = x.claim_id) AS used
        FROM kf.claim x
        WHERE x.state = 'ended' AND x.expires_at <= kf.now() - kf.kept_for('hold')
        ORDER BY x.expires_at LIMIT p_limit FOR UPDATE OF x SKIP LOCKED
    ), stay AS (
        UPDATE kf.claim c SET expires_at = NULL FROM over o
        WHERE o.used AND c.tenant_id = o.tenant_id AND c.claim_id = o.claim_id
    ), gone AS (
        DELETE FROM kf.claim c USING over o
        WHERE NOT o.used AND c.tenant_id = o.tenant_id AND c.claim_id = o.claim_id
    )
    SELECT count(*) INTO v_count FROM over;
    RETURN v_count;
END
$$;
REVOKE ALL ON FUNCTION kf.claim_sweep, kf.claims_end, kf.claims_forget, kf.holds_forget FROM PUBLIC;
REVOKE ALL ON FUNCTION kf.claims_end, kf.claims_forget, kf.holds_forget FROM konfirmado_app;
GRANT EXECUTE ON FUNCTION kf.claim_sweep TO konfirmado_app, konfirmado_owner;
RESET ROLE;
