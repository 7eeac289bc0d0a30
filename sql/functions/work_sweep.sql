-- Tidies up what time has ended: holds, unpaid bookings, bookings that nobody marked, links, old answers.
-- Nothing waits for it:
-- whoever wants an expired hold's time ends it himself, and late money is judged by
-- payment_apply.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_sweep(p_limit int)
RETURNS TABLE (holds int, bookings int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
    h kf.claim;
    b kf.booking;
    v_status text;
    v_tenants uuid[] := '{}';
    v_links uuid[] := '{}';
BEGIN
    holds := 0;
    bookings := 0;
    FOR h IN
        UPDATE kf.claim c SET state = 'ended'
        WHERE (c.tenant_id, c.claim_id) IN (
            SELECT x.tenant_id, x.claim_id FROM kf.claim x
            WHERE x.state = 'held' AND x.expires_at <= v_now
            ORDER BY x.expires_at LIMIT p_limit FOR UPDATE SKIP LOCKED)
        RETURNING c.*
    LOOP
        PERFORM kf.freed_put(h.tenant_id, h.professional_id, h.slot_start, h.slot_end);
        holds := holds + 1;
    END LOOP;
    FOR b IN
        SELECT x.* FROM kf.booking x
        WHERE x.status = 'pending' AND x.hold_expires_at <= v_now
        ORDER BY x.hold_expires_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    LOOP
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
        bookings := bookings + 1;
        IF b.link_id IS NOT NULL THEN
            v_tenants := v_tenants || b.tenant_id;
            v_links := v_links || b.link_id;
        END IF;
    END LOOP;
    PERFORM kf.bookings_complete(p_limit);
    -- (for a while whoever comes by an old link is told that it is over)
    DELETE FROM kf.visit_token v
    WHERE (v.tenant_id, v.token_id) IN (
        SELECT x.tenant_id, x.token_id FROM kf.visit_token x
        WHERE x.expires_at < v_now - kf.kept_for('visit') LIMIT p_limit);
    DELETE FROM kf.idempotency i
    WHERE (i.tenant_id, i.route, i.key) IN (
        SELECT x.tenant_id, x.route, x.key FROM kf.idempotency x
        WHERE x.created_at < v_now - interval '24 hours' LIMIT p_limit);
    DELETE FROM kf.auth_try t WHERE t.at < v_now - interval '1 hour';
    PERFORM kf.calendar_sweep(p_limit);
    PERFORM kf.after_sweep(p_limit);
    PERFORM kf.link_uses_add(v_tenants, v_links, -1);
    RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION kf.work_sweep FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_sweep TO konfirmado_app, konfirmado_owner;
RESET ROLE;
