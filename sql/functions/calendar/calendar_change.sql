-- Changes what is written and where: {write, meeting, guest, summary}; other members stay. Future bookings move to the
-- chosen calendar. null: no such professional.
CREATE OR REPLACE FUNCTION kf.calendar_change(p_tenant uuid, p_professional uuid, p_version int, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    f kf.professional := kf.professional_lock(p_tenant, p_professional, NULL);
    c kf.calendar_connection;
    o kf.calendar_connection;
    d jsonb;
BEGIN
    IF f.professional_id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT x.* INTO o FROM kf.calendar_connection x
    WHERE x.tenant_id = p_tenant AND x.professional_id = p_professional AND x.state <> 'disconnected'
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF409', 'There is no calendar connected');
    END IF;
    PERFORM kf.version_check(o.version, p_version);
    PERFORM kf.doc_members(p, ARRAY['write', 'meeting', 'guest', 'summary']);
    d := jsonb_build_object('write', o.write_calendar, 'meeting', o.meeting, 'guest', o.guest, 'summary', o.summary) || p;
    UPDATE kf.calendar_connection x
    SET write_calendar = kf.calendar_choice_write(d, o.calendars), meeting = kf.doc_bool(d, 'meeting', false),
        guest = kf.doc_bool(d, 'guest', false), summary = coalesce(kf.doc_text(d, 'summary', 0, 200, false), ''),
        version = x.version + 1
    WHERE x.tenant_id = p_tenant AND x.connection_id = o.connection_id
    RETURNING x.* INTO c;
    IF c.write_calendar IS DISTINCT FROM o.write_calendar AND c.state = 'connected' THEN
        PERFORM kf.calendar_sources_put(c, kf.calendar_read_ids(p_tenant, c.connection_id));
        PERFORM kf.calendar_plan_all(c);
    END IF;
    PERFORM kf.audit_parts(p_tenant, 'calendar', p_professional, f.name, to_jsonb(o), to_jsonb(c),
                           ARRAY['write_calendar', 'meeting', 'guest', 'summary']);
    RETURN kf.calendar_get(p_tenant, p_professional);
END
$$;
