-- Offers freed times to the waiting list, and ends offers that were not taken, whose times are then open to everybody.
-- Handles at most p_limit times and makes at most one offer, since a transaction takes the time of one hold. seen > 0:
-- there may be more to do. p_own_only: the operator has no mail server, so only businesses with their own are served.
CREATE OR REPLACE FUNCTION kf.work_waiting(p_limit int, p_own_only boolean)
RETURNS TABLE (seen int, offered int, lapsed int)
LANGUAGE plpgsql
AS $$
DECLARE
    f kf.freed;
    v_outcome text;
BEGIN
    offered := 0;
    seen := 0;
    lapsed := kf.waiting_lapse(p_limit);
    WHILE seen < p_limit AND offered = 0 LOOP
        SELECT x.* INTO f FROM kf.freed_take() x;
        EXIT WHEN f.freed_id IS NULL;
        seen := seen + 1;
        v_outcome := kf.waiting_serve(f, p_own_only);
        IF v_outcome = 'offered' THEN
            offered := 1;
            f.created_at := kf.now(); -- the remaining time may fit the next in line
        ELSE
            f.created_at := kf.now() + interval '1 minute'; -- the calendar is not known now
        END IF;
        IF v_outcome <> 'none' THEN
            INSERT INTO kf.freed SELECT f.*;
        END IF;
    END LOOP;
    seen := greatest(seen, lapsed);
    RETURN NEXT;
END
$$;

-- For workers up to version 10, which do not give p_own_only.
CREATE OR REPLACE FUNCTION kf.work_waiting(p_limit int) RETURNS TABLE (seen int, offered int, lapsed int)
LANGUAGE sql
AS $$
    SELECT * FROM kf.work_waiting(p_limit, false)
$$;

SET ROLE konfirmado_directory;
-- Takes the earliest freed time off the list; all null: there is none.
CREATE OR REPLACE FUNCTION kf.freed_take() RETURNS kf.freed
LANGUAGE sql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
    DELETE FROM kf.freed f
    WHERE (f.tenant_id, f.freed_id) = (
        SELECT x.tenant_id, x.freed_id FROM kf.freed x
        WHERE x.created_at <= kf.now() ORDER BY x.created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING f.*
$$;
REVOKE ALL ON FUNCTION kf.freed_take FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.freed_take TO konfirmado_app, konfirmado_owner;

-- Ends offers that were not taken in time. Their time is open to everybody, and those who wait are mailed. The place
-- waits for another time; after its third offer it is over. The claim ends here, because the place may get another one
-- before the sweep.
CREATE OR REPLACE FUNCTION kf.waiting_lapse(p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_count int := 0;
    x record;
BEGIN
    FOR x IN
        SELECT w.tenant_id, w.waiting_id, w.offers, c.claim_id, c.professional_id, c.slot_start, c.slot_end
        FROM kf.waiting w JOIN kf.claim c ON c.tenant_id = w.tenant_id AND c.claim_id = w.claim_id
        WHERE w.state = 'offered' AND w.offered_until <= kf.now()
        ORDER BY w.offered_until LIMIT p_limit FOR UPDATE OF w SKIP LOCKED
    LOOP
        UPDATE kf.waiting w SET state = CASE WHEN x.offers >= 3 THEN 'over' ELSE 'waiting' END, offered_until = NULL
        WHERE w.tenant_id = x.tenant_id AND w.waiting_id = x.waiting_id;
        UPDATE kf.claim c SET state = 'ended'
        WHERE (c.tenant_id, c.claim_id) IN (
            SELECT y.tenant_id, y.claim_id FROM kf.claim y
            WHERE y.tenant_id = x.tenant_id AND y.claim_id = x.claim_id AND y.state = 'held' FOR UPDATE SKIP LOCKED);
        PERFORM kf.freed_put(x.tenant_id, x.claim_id, x.professional_id, x.slot_start, x.slot_end);
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END
$$;
REVOKE ALL ON FUNCTION kf.waiting_lapse FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.waiting_lapse TO konfirmado_app, konfirmado_owner;
RESET ROLE;
