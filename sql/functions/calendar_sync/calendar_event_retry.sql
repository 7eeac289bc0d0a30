-- Retries the failed events of a booking and returns the booking. null: there is no such booking.
CREATE OR REPLACE FUNCTION kf.calendar_event_retry(p_tenant uuid, p_booking uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    b kf.booking;
BEGIN
    SELECT x.* INTO b FROM kf.booking x WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    UPDATE kf.calendar_event x SET state = 'due', attempts = 0, next_attempt_at = kf.now(), error = NULL
    FROM kf.calendar_connection c
    WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking AND x.state = 'failed'
      AND c.tenant_id = x.tenant_id AND c.connection_id = x.connection_id AND c.state = 'connected';
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF409', 'There is nothing to be tried again');
    END IF;
    PERFORM kf.audit_put(p_tenant, 'calendar_event_retried', 'booking', p_booking::text, b.customer_name);
    RETURN kf.booking_doc(p_tenant, p_booking);
END
$$;
