-- Sends a mail about a booking to its customer again, with the present data. If one is waiting already, it is sent at
-- once instead. Refusal: KF409 (this kind does not fit the booking's state). null: there is no such booking.
CREATE OR REPLACE FUNCTION kf.booking_mail_again(p_tenant uuid, p_booking uuid, p_kind text) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_until timestamptz;
    v_extra jsonb := '{}';
    t kf.tenant;
    b kf.booking;
BEGIN
    SELECT x.* INTO b FROM kf.booking x WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF kf.mail_to(p_kind) IS DISTINCT FROM 'customer' THEN
        PERFORM kf.refuse_field('This kind of mail is not known', 'kind', 'not_one_of');
    END IF;
    v_until := kf.mail_fits(b, p_kind);
    IF b.erased_at IS NOT NULL OR v_until IS NULL OR v_until <= kf.now() THEN
        PERFORM kf.refuse('KF409', 'This mail does not match the booking''s current state');
    ELSIF NOT kf.mail_address_fits(b.customer_email) THEN
        PERFORM kf.refuse('KF409', 'No mail can be sent to this address');
    END IF;
    UPDATE kf.mail m SET next_attempt_at = least(m.next_attempt_at, kf.now())
    WHERE m.tenant_id = p_tenant AND m.booking_id = p_booking AND m.kind = p_kind AND m.state = 'due';
    IF NOT FOUND AND NOT EXISTS (SELECT FROM kf.mail m WHERE m.tenant_id = p_tenant AND m.booking_id = p_booking
                                   AND m.kind = p_kind AND m.state = 'sending') THEN
        IF p_kind = 'booking_moved' THEN
            SELECT h.facts INTO v_extra FROM kf.booking_history h
            WHERE h.tenant_id = p_tenant AND h.booking_id = p_booking AND h.facts ? 'from_start'
            ORDER BY h.version DESC LIMIT 1;
        ELSIF p_kind = 'refund_done' THEN
            SELECT jsonb_build_object('refund_cents', r.amount_cents, 'refund_state', 'done') INTO v_extra
            FROM kf.refund r JOIN kf.payment y ON y.tenant_id = r.tenant_id AND y.payment_id = r.payment_id
            WHERE y.tenant_id = p_tenant AND y.booking_id = p_booking AND r.state = 'done' ORDER BY r.done_at DESC LIMIT 1;
        END IF;
        SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = p_tenant;
        -- "again" gives it a Message-ID of its own, because mail programs show an id once
        PERFORM kf.mail_plan(t, b, p_kind, NULL, v_until, kf.mail_facts(b, v_extra) || '{"again": true}');
    END IF;
    PERFORM kf.audit_put(p_tenant, 'mail_sent_again', 'booking', p_booking::text, b.customer_name, NULL,
                         jsonb_build_object('kind', p_kind));
    RETURN kf.booking_doc(p_tenant, p_booking);
END
$$;

-- The time until which a mail of a kind is useful to the customer of a booking in its present state; null: it does not
-- fit.
CREATE OR REPLACE FUNCTION kf.mail_fits(b kf.booking, p_kind text) RETURNS timestamptz
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_live boolean := b.status IN ('paid', 'confirmed');
BEGIN
    RETURN CASE p_kind
        WHEN 'booking_received' THEN CASE WHEN b.status = 'pending' THEN b.hold_expires_at END
        WHEN 'payment_failed' THEN CASE WHEN b.status = 'pending' AND EXISTS (
            SELECT FROM kf.payment y WHERE y.tenant_id = b.tenant_id AND y.booking_id = b.booking_id
              AND y.status IN ('DECLINED', 'ERROR')) THEN b.hold_expires_at END
        WHEN 'booking_confirmed' THEN CASE WHEN v_live THEN b.slot_end END
        WHEN 'booking_moved' THEN CASE WHEN v_live AND EXISTS (
            SELECT FROM kf.booking_history h WHERE h.tenant_id = b.tenant_id AND h.booking_id = b.booking_id
              AND h.facts ? 'from_start') THEN b.slot_end END
        WHEN 'booking_cancelled' THEN CASE WHEN b.status = 'cancelled' THEN kf.now() + interval '3 days' END
        WHEN 'refund_done' THEN CASE WHEN EXISTS (
            SELECT FROM kf.refund r JOIN kf.payment y ON y.tenant_id = r.tenant_id AND y.payment_id = r.payment_id
            WHERE y.tenant_id = b.tenant_id AND y.booking_id = b.booking_id AND r.state = 'done')
            THEN kf.now() + interval '7 days' END
        WHEN 'reminder_24h' THEN CASE WHEN v_live AND b.reminders THEN b.slot_start END
        WHEN 'reminder_1h' THEN CASE WHEN v_live AND b.reminders THEN b.slot_start END END;
END
$$;

-- The mails about a booking, as the merchant sees them.
CREATE OR REPLACE FUNCTION kf.booking_mails(p_tenant uuid, p_booking uuid, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT coalesce(jsonb_agg(jsonb_build_object(
                'id', m.mail_id, 'kind', m.kind, 'to', m.to_address, 'state', m.state, 'at', kf.iso_local(m.created_at, p_zone),
                'sent_at', kf.iso_local(m.sent_at, p_zone), 'last_error', m.last_error)
                ORDER BY m.created_at, m.kind, m.mail_id), '[]')
            FROM kf.mail m WHERE m.tenant_id = p_tenant AND m.booking_id = p_booking);
END
$$;

-- The same; the document has the kind.
CREATE OR REPLACE FUNCTION kf.booking_mail_again(p_tenant uuid, p_booking uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN kf.booking_mail_again(p_tenant, p_booking, p->>'kind');
END
$$;
