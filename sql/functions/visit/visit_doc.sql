-- A booking as the holder of a customer's link sees it, without the business's own notes. p_purpose: the required
-- purpose of the link (a view link also serves for reminders). KF416: another purpose, used, or expired.
CREATE OR REPLACE FUNCTION kf.visit_doc(p_tenant uuid, p_token_hash bytea, p_purpose text) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
    v_zone text;
    v_why text;
    x kf.visit_token;
    b kf.booking;
    f kf.professional;
BEGIN
    SELECT y.* INTO x FROM kf.visit_token y WHERE y.tenant_id = p_tenant AND y.token_hash = p_token_hash;
    SELECT y.* INTO b FROM kf.booking y WHERE y.tenant_id = p_tenant AND y.booking_id = x.booking_id;
    IF (x.purpose = p_purpose OR x.purpose = 'view' AND p_purpose = 'reminders') IS NOT TRUE
       OR x.used_at IS NOT NULL OR kf.visit_over(x, b) THEN
        PERFORM kf.refuse('KF416', 'The token does not give the right to this');
    END IF;
    SELECT y.* INTO f FROM kf.professional y WHERE y.tenant_id = p_tenant AND y.professional_id = b.professional_id;
    v_zone := b.customer_zone;
    v_why := kf.move_why_not(b, v_now);
    RETURN jsonb_build_object(
        'booking', b.booking_id, 'status', b.status, 'version', b.version, 'sequence', b.sequence, 'purpose', x.purpose,
        'start', kf.iso_local(b.slot_start, v_zone), 'end', kf.iso_local(b.slot_end, v_zone),
        'start_there', kf.iso_local(b.slot_start, f.time_zone), 'end_there', kf.iso_local(b.slot_end, f.time_zone),
        'utc_start', kf.iso(b.slot_start), 'utc_end', kf.iso(b.slot_end),
        'customer_zone', v_zone, 'professional_zone', f.time_zone,
        'zones_differ', kf.zone_offset(v_zone, b.slot_start) <> kf.zone_offset(f.time_zone, b.slot_start),
        'professional', jsonb_build_object('id', f.professional_id, 'name', b.terms->'professional_name',
                                           'photo_url', f.photo_url),
        'customer', jsonb_build_object('name', b.customer_name, 'email_masked', kf.email_masked(b.customer_email)),
        'language', b.language, 'price_cents', b.price_cents, 'charge_cents', b.charge_cents, 'currency', b.currency,
        'payment', kf.visit_money(b, v_zone), 'reminders', b.reminders, 'moves', b.moves,
        'organizer', kf.mail_from(p_tenant),
        'created_at', kf.iso_local(b.created_at, v_zone), 'updated_at', kf.iso_local(b.updated_at, v_zone),
        'hold_alive', b.status = 'pending' AND b.hold_expires_at > v_now,
        'hold_expires_at', kf.iso(b.hold_expires_at), 'now', kf.iso(v_now),
        'refund', kf.refund_terms(b, v_now), 'policy', kf.booking_policy(b),
        'can', jsonb_build_object(
            'move', v_why IS NULL, 'cancel', b.status IN ('paid', 'confirmed') AND b.slot_start > v_now,
            'pay', b.status = 'pending' AND b.hold_expires_at > v_now AND b.charge_cents > 0,
            'reminders', b.status IN ('pending', 'paid', 'confirmed') AND b.slot_start > v_now),
        'why_not', jsonb_build_object('move', v_why),
        'meeting_url', CASE WHEN b.status IN ('paid', 'confirmed') THEN (
            SELECT e.meeting_url FROM kf.calendar_event e
            WHERE e.tenant_id = p_tenant AND e.booking_id = b.booking_id AND e.wanted = 'present'
            ORDER BY e.n DESC LIMIT 1) END,
        'history', (SELECT coalesce(jsonb_agg(jsonb_build_object('from', h.from_status, 'to', h.to_status,
                        'actor', h.actor, 'moved', h.facts IS NOT NULL, 'at', kf.iso_local(h.at, v_zone),
                        'from_start', kf.iso_local((h.facts->>'from_start')::timestamptz, v_zone),
                        'from_end', kf.iso_local((h.facts->>'from_end')::timestamptz, v_zone)) ORDER BY h.version), '[]')
                    FROM kf.booking_history h WHERE h.tenant_id = p_tenant AND h.booking_id = b.booking_id))
        || kf.visit_place(b);
END
$$;
