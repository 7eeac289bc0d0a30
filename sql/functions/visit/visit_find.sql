-- The booking of a customer's link. state: open, used (an act link works once), over (too late, or the booking no
-- longer allows it). No row: unknown. The rows are read one after the other, because the planner turns a join of few
-- links with many bookings of a business into a scan of all of them.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.visit_find(p_token_hash bytea)
RETURNS TABLE (tenant_id uuid, booking_id uuid, purpose text, state text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    x kf.visit_token;
    b kf.booking;
BEGIN
    SELECT y.* INTO x FROM kf.visit_token y WHERE y.token_hash = p_token_hash;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT y.* INTO b FROM kf.booking y WHERE y.tenant_id = x.tenant_id AND y.booking_id = x.booking_id;
    RETURN QUERY
    SELECT x.tenant_id, x.booking_id, x.purpose,
           CASE WHEN x.used_at IS NOT NULL THEN 'used' WHEN kf.visit_over(x, b) THEN 'over' ELSE 'open' END;
END
$$;
REVOKE ALL ON FUNCTION kf.visit_find FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.visit_find TO konfirmado_app, konfirmado_owner;
RESET ROLE;
