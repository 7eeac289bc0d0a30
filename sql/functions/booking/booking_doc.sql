-- All data of a booking: its list row, terms, history, money, messages, and the acts possible now. null: there is none.
CREATE OR REPLACE FUNCTION kf.booking_doc(p_tenant uuid, p_id uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    b kf.booking;
    v_begun boolean;
BEGIN
    SELECT x.* INTO b FROM kf.booking x WHERE x.tenant_id = p_tenant AND x.booking_id = p_id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    v_begun := b.slot_start <= kf.now();
    RETURN kf.booking_row(b, v_zone) || kf.booking_money(b, v_zone) || jsonb_build_object(
        'timezone', v_zone, 'created_at', kf.iso_local(b.created_at, v_zone),
        'updated_at', kf.iso_local(b.updated_at, v_zone), 'hold_expires_at', kf.iso_local(b.hold_expires_at, v_zone),
        'language', b.language, 'customer_zone', b.customer_zone, 'notes', b.notes,
        'metadata', coalesce(b.metadata, '{}'),
        'accepted_terms_at', kf.iso_local(b.accepted_terms_at, v_zone),
        'terms', b.terms || jsonb_build_object('price_cents', b.price_cents, 'charge_cents', b.charge_cents,
                                               'currency', b.currency),
        'payment', kf.payment_word(b), 'refund', kf.refund_terms(b, kf.now()), 'moves', b.moves,
        'reminders', b.reminders, 'sequence', b.sequence,
        'policy', kf.booking_policy(b), 'erased_at', kf.iso_local(b.erased_at, v_zone),
        'link', (SELECT jsonb_build_object('id', l.link_id, 'name', l.name, 'public_id', l.public_id)
                 FROM kf.booking_link l WHERE l.tenant_id = p_tenant AND l.link_id = b.link_id),
        'history', (SELECT coalesce(jsonb_agg(jsonb_build_object('version', h.version, 'from', h.from_status,
                        'to', h.to_status, 'actor', h.actor, 'actor_name', h.actor_name, 'reason', h.reason,
                        'at', kf.iso_local(h.at, v_zone), 'facts', kf.history_facts(h.facts, v_zone)) ORDER BY h.version), '[]')
                    FROM kf.booking_history h WHERE h.tenant_id = p_tenant AND h.booking_id = p_id),
        'callbacks', (SELECT coalesce(jsonb_agg(kf.message_row(o, v_zone) - 'last'
                          || jsonb_build_object('log', kf.message_log(p_tenant, o.message_id, v_zone))
                          ORDER BY o.version, o.created_at), '[]')
                      FROM kf.outbox o WHERE o.tenant_id = p_tenant AND o.booking_id = p_id),
        'mails', kf.booking_mails(p_tenant, p_id, v_zone),
        'calendar', kf.calendar_event_doc(p_tenant, p_id),
        'conflicts', (SELECT coalesce(jsonb_agg(kf.calendar_conflict_doc(x, v_zone) ORDER BY x.seen_at, x.conflict_id), '[]')
                      FROM kf.calendar_conflict x
                      WHERE x.tenant_id = p_tenant AND x.booking_id = p_id AND x.resolved_at IS NULL
                        AND b.slot_end > kf.now()),
        'can', jsonb_build_object(
            'cancel', b.status IN ('pending', 'paid', 'confirmed'),
            'move', NOT v_begun AND b.status IN ('paid', 'confirmed'),
            'complete', v_begun AND b.status IN ('paid', 'confirmed', 'no_show'),
            'no_show', v_begun AND b.status IN ('paid', 'confirmed', 'completed')));
END
$$;
