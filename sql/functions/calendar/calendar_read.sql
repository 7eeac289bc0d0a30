-- The calendar of all professionals, or of one, for the days {from, to} (at most 35): working hours, bookings, and
-- closed days.
CREATE OR REPLACE FUNCTION kf.calendar_read(p_tenant uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_from date := kf.doc_day(p, 'from');
    v_to date := kf.doc_day(p, 'to');
    v_who uuid := kf.doc_uuid(p, 'professional', false);
    v_lo timestamptz := kf.zone_day_start(v_zone, v_from);
    v_hi timestamptz := kf.zone_day_start(v_zone, v_to + 1);
BEGIN
    PERFORM kf.doc_members(p, ARRAY['from', 'to', 'professional']);
    IF v_to < v_from OR v_to - v_from >= 35 THEN
        PERFORM kf.refuse('KF422', 'Ask for 1 to 35 days', 'to');
    ELSIF v_who IS NULL AND v_to - v_from >= 7 AND (v_to - v_from + 1) * (SELECT count(*) FROM kf.professional f
                                                WHERE f.tenant_id = p_tenant AND f.active) > 1400 THEN
        PERFORM kf.refuse('KF422', 'Days times professionals must be at most 1400: ask for fewer days, or for one professional',
                          'to');
    END IF;
    RETURN jsonb_build_object(
        'from', v_from, 'to', v_to, 'timezone', v_zone,
        'professionals', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('id', f.professional_id, 'name', f.name, 'windows', (
                       SELECT coalesce(jsonb_agg(jsonb_build_object('start', kf.iso_local(w.lo, v_zone),
                                  'end', kf.iso_local(w.hi, v_zone)) ORDER BY w.lo), '[]')
                       FROM kf.windows(p_tenant, f.professional_id, v_lo, v_hi) w))
                   ORDER BY f.position, f.name, f.professional_id), '[]')
            FROM kf.professional f
            WHERE f.tenant_id = p_tenant AND f.active AND (v_who IS NULL OR f.professional_id = v_who)),
        'bookings', (
            SELECT coalesce(jsonb_agg(kf.booking_row(b, v_zone) ORDER BY b.slot_start, b.booking_id), '[]')
            FROM kf.booking b
            WHERE b.tenant_id = p_tenant AND b.slot_start > v_lo - interval '8 hours' AND b.slot_start < v_hi
              AND b.slot_end > v_lo AND (v_who IS NULL OR b.professional_id = v_who)
              AND (b.status IN ('paid', 'confirmed', 'completed', 'no_show')
                   OR b.status = 'pending' AND b.hold_expires_at > kf.now())),
        'closed_days', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('day', c.day, 'reason', c.reason) ORDER BY c.day), '[]')
            FROM kf.closed_day c WHERE c.tenant_id = p_tenant AND c.day BETWEEN v_from AND v_to));
END
$$;
