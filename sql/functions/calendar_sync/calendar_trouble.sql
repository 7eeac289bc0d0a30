-- The state of the calendars of a business: how many are connected, which cannot be read (state error: must be
-- connected again; unreadable: temporarily), conflicts with future bookings, and events that were not written.
CREATE OR REPLACE FUNCTION kf.calendar_trouble(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_now timestamptz := kf.now();
BEGIN
    RETURN jsonb_build_object(
        'connected', (SELECT count(*) FROM kf.calendar_connection c
                      WHERE c.tenant_id = p_tenant AND c.state = 'connected'),
        'calendars', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', q.id, 'name', q.name, 'state', q.state)
                                                ORDER BY q.state, q.name, q.id), '[]')
                      FROM (SELECT f.professional_id AS id, f.name,
                                   CASE c.state WHEN 'error' THEN 'error' ELSE 'unreadable' END AS state
                            FROM kf.calendar_connection c JOIN kf.professional f USING (tenant_id, professional_id)
                            WHERE c.tenant_id = p_tenant AND f.archived_at IS NULL
                              AND (c.state = 'error' OR c.state = 'connected' AND EXISTS (
                                   SELECT FROM kf.calendar_busy b
                                   WHERE b.tenant_id = c.tenant_id AND b.professional_id = c.professional_id
                                     AND b.n = 0 AND b.failed_at IS NOT NULL AND b.valid_until <= v_now))
                            ORDER BY 3, 2, 1 LIMIT 100) q),
        'conflicts', (SELECT count(DISTINCT x.booking_id) FROM kf.calendar_conflict x JOIN kf.booking b USING (tenant_id, booking_id)
                      WHERE x.tenant_id = p_tenant AND x.resolved_at IS NULL AND b.slot_end > v_now
                        AND b.status IN ('paid', 'confirmed')),
        'waiting', (SELECT count(*) FROM kf.calendar_event x
                    WHERE x.tenant_id = p_tenant AND x.state IN ('due', 'sending')),
        'failed', (SELECT count(*) FROM kf.calendar_event x JOIN kf.booking b USING (tenant_id, booking_id)
                   WHERE x.tenant_id = p_tenant AND x.state = 'failed' AND b.slot_end > v_now),
        'events', (SELECT coalesce(jsonb_agg(kf.booking_brief(p_tenant, q.booking_id, v_zone)
                                             || jsonb_build_object('professional_name', q.who, 'can_retry', q.live)
                                             ORDER BY q.slot_start, q.booking_id), '[]')
                   FROM (SELECT b.booking_id, b.slot_start, b.terms->'professional_name' AS who,
                                bool_or(c.state = 'connected') AS live
                         FROM kf.calendar_event x
                         JOIN kf.booking b USING (tenant_id, booking_id)
                         JOIN kf.calendar_connection c ON c.tenant_id = x.tenant_id AND c.connection_id = x.connection_id
                         WHERE x.tenant_id = p_tenant AND x.state = 'failed' AND b.slot_end > v_now
                         GROUP BY b.booking_id, b.slot_start, b.terms->'professional_name'
                         ORDER BY b.slot_start LIMIT 50) q));
END
$$;
