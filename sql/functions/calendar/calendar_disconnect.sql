-- Ends the connection of a professional's calendar; the built-in one remains. null: no such professional.
CREATE OR REPLACE FUNCTION kf.calendar_disconnect(p_tenant uuid, p_professional uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    f kf.professional := kf.professional_lock(p_tenant, p_professional, NULL);
    c kf.calendar_connection;
BEGIN
    IF f.professional_id IS NULL THEN
        RETURN NULL;
    END IF;
    c := kf.calendar_end(p_tenant, p_professional);
    IF c.connection_id IS NULL THEN
        PERFORM kf.refuse('KF409', 'There is no calendar connected');
    END IF;
    UPDATE kf.calendar_conflict x SET resolved_at = kf.now(), resolution = 'gone'
    WHERE x.tenant_id = p_tenant AND x.connection_id = c.connection_id AND x.resolved_at IS NULL;
    PERFORM kf.audit_put(p_tenant, 'calendar_disconnected', 'professional', p_professional::text, f.name,
                         jsonb_build_object('provider', c.provider, 'account_email', c.account_email), NULL);
    RETURN kf.calendar_get(p_tenant, p_professional);
END
$$;
