-- Moves a booking to the time of claim c, with all that follows.
CREATE OR REPLACE FUNCTION kf.shift_put(b kf.booking, c kf.claim, p_actor text, p_facts jsonb) RETURNS kf.booking
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_facts jsonb := jsonb_build_object('from_start', kf.iso(b.slot_start), 'from_end', kf.iso(b.slot_end),
        'from_professional', b.professional_id, 'from_professional_name', b.terms->'professional_name');
    o kf.booking := b;
BEGIN
    UPDATE kf.booking x
    SET claim_id = c.claim_id, professional_id = c.professional_id, slot_start = c.slot_start, slot_end = c.slot_end,
        terms = x.terms || (SELECT jsonb_build_object('professional_name', f.name, 'professional_zone', f.time_zone)
                            FROM kf.professional f
                            WHERE f.tenant_id = c.tenant_id AND f.professional_id = c.professional_id),
        sequence = x.sequence + 1, moves = x.moves + (p_actor = 'customer')::int, version = x.version + 1,
        updated_at = v_now
    WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id
    RETURNING x.* INTO b;
    INSERT INTO kf.booking_history (tenant_id, booking_id, version, from_status, to_status, actor, actor_name, reason,
                                    at, facts)
    VALUES (b.tenant_id, b.booking_id, b.version, b.status, b.status, p_actor, kf.actor_name(), 'moved', v_now, v_facts);
    -- Links that expire with the booking follow its new time.
    UPDATE kf.visit_token x
    SET expires_at = CASE WHEN x.purpose IN ('view', 'reminders') THEN b.slot_end + interval '30 days' ELSE b.slot_start END
    WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id AND x.used_at IS NULL
      AND (x.purpose IN ('view', 'reminders') OR x.expires_at = o.slot_start);
    -- Conflicts with the old time, and changes to its event there, which is written again.
    UPDATE kf.calendar_conflict x SET resolved_at = v_now, resolution = 'gone'
    WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id AND x.resolved_at IS NULL
      AND NOT (x.kind = 'overlap' AND b.professional_id = o.professional_id
               AND tstzrange(x.starts_at, x.ends_at) && tstzrange(b.slot_start, b.slot_end));
    PERFORM kf.freed_put(o.tenant_id, o.claim_id, o.professional_id, o.slot_start, o.slot_end);
    PERFORM kf.waiting_moved(b.tenant_id, o.claim_id, b.claim_id);
    PERFORM kf.calendar_plan(b);
    PERFORM kf.outbox_put(b, 'booking.rescheduled',
        (SELECT p.payment_id FROM kf.payment p
         WHERE p.tenant_id = b.tenant_id AND p.booking_id = b.booking_id AND p.state = 'applied'),
        jsonb_build_object('previous', jsonb_build_object('slot_start', v_facts->'from_start', 'slot_end', v_facts->'from_end')));
    PERFORM kf.booking_plan(b, b.status, v_facts || jsonb_build_object('moved', true, 'by', p_actor) || p_facts);
    RETURN b;
END
$$;
