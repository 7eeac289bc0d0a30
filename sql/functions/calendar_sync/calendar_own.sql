-- The time of a booking's own written event in a professional's calendar, except where the calendar is known to have
-- another event at that time.
CREATE OR REPLACE FUNCTION kf.calendar_own(p_tenant uuid, p_professional uuid, p_booking uuid) RETURNS tstzmultirange
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_own tstzmultirange;
BEGIN
    SELECT tstzmultirange(tstzrange(b.slot_start, b.slot_end)) INTO v_own
    FROM kf.booking b
    JOIN kf.calendar_event x USING (tenant_id, booking_id)
    JOIN kf.calendar_connection c USING (tenant_id, connection_id)
    WHERE b.tenant_id = p_tenant AND b.booking_id = p_booking AND b.professional_id = p_professional
      AND c.professional_id = p_professional AND x.wanted = 'present' AND x.written_version IS NOT NULL
    LIMIT 1;
    RETURN coalesce(v_own, '{}') - coalesce((
        SELECT range_agg(tstzrange(k.starts_at, k.ends_at)) FROM kf.calendar_conflict k
        WHERE k.tenant_id = p_tenant AND k.booking_id = p_booking AND k.kind = 'overlap' AND k.resolved_at IS NULL), '{}');
END
$$;
