-- The calendar event of a booking as the merchant sees it; null: none is or was planned.
CREATE OR REPLACE FUNCTION kf.calendar_event_doc(p_tenant uuid, p_booking uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT jsonb_build_object('wanted', x.wanted, 'state', x.state, 'error', x.error,
                                      'meeting_url', x.meeting_url)
            FROM kf.calendar_event x
            WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking
            ORDER BY x.wanted = 'present' DESC, x.n DESC LIMIT 1);
END
$$;

-- A conflict with a booking as the merchant sees it.
CREATE OR REPLACE FUNCTION kf.calendar_conflict_doc(x kf.calendar_conflict, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN jsonb_build_object(
        'id', x.conflict_id, 'kind', x.kind, 'start', kf.iso_local(x.starts_at, p_zone),
        'end', kf.iso_local(x.ends_at, p_zone), 'seen_at', kf.iso_local(x.seen_at, p_zone),
        'calendar', (SELECT s.name FROM kf.calendar_source s
                     WHERE s.tenant_id = x.tenant_id AND s.connection_id = x.connection_id
                       AND s.calendar_id = x.calendar_id));
END
$$;
