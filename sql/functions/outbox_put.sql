-- Writes a message to the merchant in the transaction of the change it tells of; without a
-- callback address there is nobody to tell. p_more: further facts, beside those of the booking.
CREATE OR REPLACE FUNCTION kf.outbox_put(b kf.booking, p_event text, p_payment uuid, p_more jsonb DEFAULT '{}')
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO kf.outbox (tenant_id, message_id, booking_id, event, version, facts, url,
                           next_attempt_at, created_at)
    SELECT b.tenant_id, 'msg_' || replace(gen_random_uuid()::text, '-', ''), b.booking_id, p_event,
           b.version, kf.booking_facts(b, p_event, p_payment) || p_more, t.callback_url, kf.now(), kf.now()
    FROM kf.tenant t
    WHERE t.tenant_id = b.tenant_id AND t.callback_url IS NOT NULL;
END
$$;
