-- A message about a booking (locked by the caller) whose status does not change. It gets a version of its own, so that
-- a second message of the kind is not taken for the first.
CREATE OR REPLACE FUNCTION kf.booking_notice(b kf.booking, p_event text, p_payment uuid) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE kf.booking x SET version = x.version + 1, updated_at = kf.now()
    WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id
    RETURNING x.* INTO b;
    PERFORM kf.outbox_put(b, p_event, p_payment);
END
$$;
