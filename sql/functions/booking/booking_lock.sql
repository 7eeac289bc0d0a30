-- Locks a booking for a change and checks its version; all null if there is none.
CREATE OR REPLACE FUNCTION kf.booking_lock(p_tenant uuid, p_id uuid, p_version int) RETURNS kf.booking
LANGUAGE plpgsql
AS $$
DECLARE
    b kf.booking;
BEGIN
    SELECT x.* INTO b FROM kf.booking x WHERE x.tenant_id = p_tenant AND x.booking_id = p_id FOR UPDATE;
    PERFORM kf.version_check(b.version, p_version);
    RETURN b;
END
$$;
