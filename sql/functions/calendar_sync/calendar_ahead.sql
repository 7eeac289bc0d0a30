-- The known busy time of a professional's calendar for the next days, for a test of the connection. null: no such
-- professional, or no calendar connected.
CREATE OR REPLACE FUNCTION kf.calendar_ahead(p_tenant uuid, p_professional uuid, p_days int) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
    v_ahead tstzmultirange := tstzmultirange(tstzrange(kf.now(), kf.now() + make_interval(days => p_days)));
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'readable', c.state = 'connected' AND coalesce(b.valid_until > v_now, false),
            'read_at', kf.iso_local(b.read_at, kf.tenant_zone(p_tenant)),
            'error', coalesce(c.error, b.error),
            'busy', (SELECT count(*) FROM unnest(coalesce(b.busy, '{}') * v_ahead)))
        FROM kf.calendar_connection c
        LEFT JOIN kf.calendar_busy b
            ON b.tenant_id = c.tenant_id AND b.professional_id = c.professional_id AND b.n = 0
        WHERE c.tenant_id = p_tenant AND c.professional_id = p_professional AND c.state <> 'disconnected');
END
$$;
