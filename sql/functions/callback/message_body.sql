-- Stores the bytes of a message, made at its first sending and constant afterwards, unless the customer was erased
-- meanwhile (kf.booking_scrub).
CREATE OR REPLACE FUNCTION kf.message_body(p_tenant uuid, p_message text, p_body bytea) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    UPDATE kf.outbox o SET body = p_body
    WHERE o.tenant_id = p_tenant AND o.message_id = p_message AND o.body IS NULL
      AND NOT o.facts ? 'erased';
END
$$;
