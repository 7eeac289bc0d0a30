-- The content of a mail about a booking, as of this moment. p_extra: {from_start, from_end, from_professional} of a
-- move, {refund_cents, refund_state}, {reason}, {by}: the actor.
CREATE OR REPLACE FUNCTION kf.mail_facts(b kf.booking, p_extra jsonb DEFAULT '{}') RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    x record;
    v_facts jsonb;
BEGIN
    SELECT s.place, s.map_url, s.instructions, p.name, p.time_zone, l.public_id,
           (SELECT y.approved_cents FROM kf.payment y
            WHERE y.tenant_id = b.tenant_id AND y.booking_id = b.booking_id
            ORDER BY y.state = 'applied' DESC, y.approved_cents DESC LIMIT 1) AS paid
    INTO x
    FROM kf.service s
    JOIN kf.professional p ON p.tenant_id = b.tenant_id AND p.professional_id = b.professional_id
    LEFT JOIN kf.booking_link l ON l.tenant_id = b.tenant_id AND l.link_id = b.link_id
    WHERE s.tenant_id = b.tenant_id AND s.service_id = b.service_id;
    v_facts := jsonb_build_object(
        'booking', b.booking_id, 'status', b.status, 'version', b.version, 'sequence', b.sequence, 'moves', b.moves,
        'start', kf.iso_local(b.slot_start, b.customer_zone), 'end', kf.iso_local(b.slot_end, b.customer_zone),
        'start_there', kf.iso_local(b.slot_start, x.time_zone), 'end_there', kf.iso_local(b.slot_end, x.time_zone),
        'customer_zone', b.customer_zone, 'professional_zone', x.time_zone,
        'zones_differ', kf.zone_offset(b.customer_zone, b.slot_start) <> kf.zone_offset(x.time_zone, b.slot_start),
        'utc_start', kf.iso(b.slot_start), 'utc_end', kf.iso(b.slot_end), 'service', b.terms->'service_name',
        'place', x.place, 'map_url', x.map_url, 'instructions', x.instructions, 'professional', x.name,
        'customer', b.customer_name, 'customer_email', b.customer_email, 'customer_phone', b.customer_phone,
        'notes', b.notes, 'price_cents', b.price_cents, 'charge_cents', b.charge_cents, 'currency', b.currency,
        'paid_cents', coalesce(x.paid, 0), 'link', x.public_id, 'policy', kf.booking_policy(b),
        'hold_expires_at', CASE WHEN b.status = 'pending' THEN kf.iso_local(b.hold_expires_at, b.customer_zone) END,
        'reason', coalesce(p_extra->>'reason', ''), 'by', p_extra->'by');
    IF p_extra ? 'from_start' THEN
        v_facts := v_facts || jsonb_build_object(
            'old_start', kf.iso_local((p_extra->>'from_start')::timestamptz, b.customer_zone),
            'old_end', kf.iso_local((p_extra->>'from_end')::timestamptz, b.customer_zone),
            'old_start_there', kf.iso_local((p_extra->>'from_start')::timestamptz, x.time_zone),
            'old_end_there', kf.iso_local((p_extra->>'from_end')::timestamptz, x.time_zone),
            'old_professional_id', nullif(p_extra->>'from_professional', b.professional_id::text),
            'old_professional', (SELECT p.name FROM kf.professional p
                                 WHERE p.tenant_id = b.tenant_id
                                   AND p.professional_id = (p_extra->>'from_professional')::uuid));
    END IF;
    IF p_extra ? 'refund_cents' THEN
        RETURN v_facts || jsonb_build_object('refund_cents', p_extra->'refund_cents', 'refund_state', p_extra->'refund_state');
    ELSIF b.status = 'cancelled' THEN
        RETURN v_facts || (
            SELECT jsonb_build_object('refund_cents', coalesce(sum(r.amount_cents), 0),
                                      'refund_state', (array_agg(r.state ORDER BY r.created_at DESC))[1])
            FROM kf.payment y JOIN kf.refund r ON r.tenant_id = y.tenant_id AND r.payment_id = y.payment_id
            WHERE y.tenant_id = b.tenant_id AND y.booking_id = b.booking_id);
    END IF;
    RETURN v_facts;
END
$$;
