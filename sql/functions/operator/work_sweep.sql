-- Cleans up what time has ended: holds, unpaid bookings, unmarked bookings, links, old answers. Nothing depends on it:
-- a transaction that needs an expired hold's time ends the hold itself, and payment_apply decides about late money.
-- Rows and kinds of rows are independent: locked or failing ones are left for the next sweep, and the rest continues. A
-- failure is a warning of class KF, which the worker logs.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_sweep(p_limit int)
RETURNS TABLE (holds int, bookings int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
SET lock_timeout = '250ms'
AS $$
DECLARE
    v_step text;
BEGIN
    holds := kf.sweep_holds(p_limit);
    bookings := 0;
    FOREACH v_step IN ARRAY ARRAY['completed', 'kept', 'calendars', 'after', 'unpaid'] LOOP
        BEGIN
            CASE v_step
                WHEN 'completed' THEN PERFORM kf.bookings_complete(p_limit);
                WHEN 'kept' THEN PERFORM kf.sweep_kept(p_limit);
                WHEN 'calendars' THEN PERFORM kf.calendar_sweep(p_limit);
                WHEN 'after' THEN PERFORM kf.after_sweep(p_limit);
                WHEN 'unpaid' THEN bookings := kf.sweep_unpaid(p_limit); -- last, because bookings through these links wait for its end
            END CASE;
        EXCEPTION
            WHEN lock_not_available THEN NULL;
            WHEN OTHERS THEN
                RAISE WARNING USING ERRCODE = 'KF901', MESSAGE = format('sweeping %s: %s', v_step, SQLERRM);
        END;
    END LOOP;
    RETURN NEXT;
END
$$;

-- Ends expired holds. Returns their number.
CREATE OR REPLACE FUNCTION kf.sweep_holds(p_limit int) RETURNS int
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_count int := 0;
    h kf.claim;
BEGIN
    FOR h IN
        WITH past AS MATERIALIZED (
            SELECT x.tenant_id, x.claim_id FROM kf.claim x
            WHERE x.state = 'held' AND x.expires_at <= v_now
            ORDER BY x.expires_at LIMIT p_limit FOR UPDATE SKIP LOCKED
        )
        UPDATE kf.claim c SET state = 'ended'
        FROM past WHERE c.tenant_id = past.tenant_id AND c.claim_id = past.claim_id
        RETURNING c.*
    LOOP
        BEGIN
            -- (kf.waiting_lapse handles offers that were not taken)
            IF NOT EXISTS (SELECT FROM kf.waiting w
                           WHERE w.tenant_id = h.tenant_id AND w.claim_id = h.claim_id AND w.state <> 'taken') THEN
                PERFORM kf.freed_put(h.tenant_id, h.claim_id, h.professional_id, h.slot_start, h.slot_end);
            END IF;
        EXCEPTION WHEN OTHERS THEN
            RAISE WARNING USING ERRCODE = 'KF901', MESSAGE = format('the time of hold %s: %s', h.claim_id, SQLERRM);
        END;
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END
$$;

-- Ends bookings that were not paid in time. Returns their number. Their uses of links are returned at the end. The
-- links are locked before the bookings, so that two sweeps do not deadlock and no maximum is set meanwhile; bookings of
-- a locked link are left for the next sweep. A failing booking comes first again, so ten times as many are examined as
-- may end, to reach those behind it.
CREATE OR REPLACE FUNCTION kf.sweep_unpaid(p_limit int) RETURNS int
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_locked uuid[];
    v_tenants uuid[] := '{}';
    v_links uuid[] := '{}';
    v_count int := 0;
    v_status text;
    v_failed text[] := '{}';
    b kf.booking;
BEGIN
    v_locked := ARRAY(
        SELECT l.link_id FROM kf.booking_link l
        WHERE (l.tenant_id, l.link_id) IN (
            SELECT x.tenant_id, x.link_id FROM kf.booking x
            WHERE x.status = 'pending' AND x.hold_expires_at <= v_now AND x.link_id IS NOT NULL
            ORDER BY x.hold_expires_at LIMIT 10 * p_limit)
        FOR NO KEY UPDATE SKIP LOCKED);
    FOR b IN
        SELECT x.* FROM kf.booking x
        WHERE x.status = 'pending' AND x.hold_expires_at <= v_now
          AND (x.link_id IS NULL OR x.link_id = ANY (v_locked))
        ORDER BY x.hold_expires_at LIMIT 10 * p_limit FOR UPDATE SKIP LOCKED
    LOOP
        EXIT WHEN v_count >= p_limit;
        BEGIN
            UPDATE kf.claim c SET state = 'ended'
            WHERE c.tenant_id = b.tenant_id AND c.claim_id = b.claim_id AND c.state = 'pending';
            v_status := (SELECT p.status FROM kf.payment p
                         WHERE p.tenant_id = b.tenant_id AND p.booking_id = b.booking_id
                         ORDER BY p.created_at DESC, p.payment_id DESC LIMIT 1);
            IF v_status IN ('DECLINED', 'ERROR') THEN
                PERFORM kf.booking_move(b, 'failed', 'system', 'payment declined');
            ELSE
                PERFORM kf.booking_move(b, 'expired', 'system', 'not paid in time');
            END IF;
            v_count := v_count + 1;
            IF b.link_id IS NOT NULL THEN
                v_tenants := v_tenants || b.tenant_id;
                v_links := v_links || b.link_id;
            END IF;
        EXCEPTION
            WHEN lock_not_available THEN NULL;
            WHEN OTHERS THEN v_failed := v_failed || format('%s: %s', b.booking_id, SQLERRM);
        END;
    END LOOP;
    PERFORM kf.failed_say('unpaid bookings that cannot end', v_failed);
    PERFORM kf.link_uses_add(v_tenants, v_links, -1);
    RETURN v_count;
END
$$;

-- Deletes expired tokens and answers, and old counts of sign-in attempts.
CREATE OR REPLACE FUNCTION kf.sweep_kept(p_limit int) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    -- (for a while an old link still leads to a page that says that it has expired)
    WITH past AS MATERIALIZED (
        SELECT x.tenant_id, x.token_id FROM kf.visit_token x
        WHERE x.expires_at < v_now - kf.kept_for('visit') LIMIT p_limit
    )
    DELETE FROM kf.visit_token v USING past WHERE v.tenant_id = past.tenant_id AND v.token_id = past.token_id;
    WITH past AS MATERIALIZED (
        SELECT x.tenant_id, x.route, x.key FROM kf.idempotency x
        WHERE x.created_at < v_now - interval '24 hours' LIMIT p_limit
    )
    DELETE FROM kf.idempotency i USING past
    WHERE i.tenant_id = past.tenant_id AND i.route = past.route AND i.key = past.key;
    DELETE FROM kf.auth_try t WHERE t.at < v_now - interval '1 hour';
END
$$;
REVOKE ALL ON FUNCTION kf.work_sweep, kf.sweep_holds, kf.sweep_unpaid, kf.sweep_kept FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_sweep TO konfirmado_app, konfirmado_owner;
RESET ROLE;
