-- Writes a message to each address that chose the event, in the transaction of the change. A booking that needs no
-- acknowledgement is confirmed at once, and both events are sent. p_more: further facts besides those of the booking,
-- which are computed once, and only if an address listens.
CREATE OR REPLACE FUNCTION kf.outbox_put(b kf.booking, p_event text, p_payment uuid, p_more jsonb DEFAULT '{}')
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO kf.outbox (tenant_id, message_id, booking_id, event, version, facts, url,
                           next_attempt_at, created_at, endpoint_id)
    SELECT b.tenant_id, 'msg_' || replace(gen_random_uuid()::text, '-', ''), b.booking_id, v.event, b.version,
           (SELECT kf.booking_facts(b, p_event, p_payment) || p_more)
           || CASE WHEN v.event = p_event AND e.form = 'full' THEN '{}' -- nearly always, and without cost
                   ELSE jsonb_build_object('event', v.event, 'form', e.form) END, e.url, kf.now(), kf.now(), e.endpoint_id
    FROM kf.callback_endpoint e,
         LATERAL (VALUES (p_event), (CASE WHEN p_event = 'booking.paid' AND b.status = 'confirmed'
                                          THEN 'booking.confirmed' END)) v(event)
    WHERE e.tenant_id = b.tenant_id AND v.event = ANY (e.events);
END
$$;
