-- The event's id belongs to a deleted event at the provider. The event gets another id and is due at once.
CREATE OR REPLACE FUNCTION kf.calendar_event_again(p_tenant uuid, p_booking uuid, p_n int) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    UPDATE kf.calendar_event x
    SET event_id = gen_random_uuid(), written_version = NULL, meeting_url = NULL, state = 'due', sending = NULL,
        lease_until = NULL, attempts = x.attempts + 1, next_attempt_at = kf.now()
    WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking AND x.n = p_n AND x.sending = 'present';
END
$$;
