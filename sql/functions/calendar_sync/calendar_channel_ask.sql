-- Stores a channel before it is requested, since notices may come before the answer.
CREATE OR REPLACE FUNCTION kf.calendar_channel_ask(p_tenant uuid, p_connection uuid, p_calendar text,
    p_channel uuid, p_token_hash bytea, p_expires timestamptz) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    INSERT INTO kf.calendar_channel (tenant_id, channel_id, connection_id, calendar_id, token_hash, state,
                                     expires_at, created_at)
    VALUES (p_tenant, p_channel, p_connection, p_calendar, p_token_hash, 'asked', p_expires, kf.now());
END
$$;
