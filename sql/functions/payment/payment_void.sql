-- Mails the owners if the provider has voided a payment that they had refunded by hand before.
CREATE OR REPLACE FUNCTION kf.refund_twice_mail(p kf.payment, b kf.booking) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    t kf.tenant;
    r kf.refund;
BEGIN
    SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = p.tenant_id;
    IF b.booking_id IS NULL OR NOT kf.mail_wanted(t.mails, 'refund_task') THEN
        RETURN;
    END IF;
    SELECT x.* INTO r FROM kf.refund x
    WHERE x.tenant_id = p.tenant_id AND x.payment_id = p.payment_id AND x.state = 'done' AND x.owner = 'merchant';
    IF FOUND THEN
        PERFORM kf.mail_plan(t, b, 'refund_task', 'refund_twice/' || b.booking_id || '/' || r.refund_id,
            kf.now() + interval '7 days',
            kf.mail_facts(b, jsonb_build_object('refund_cents', r.amount_cents, 'refund_state', 'twice')));
    END IF;
END
$$;

-- Handles a payment that the provider has voided. A booking that it paid is cancelled.
CREATE OR REPLACE FUNCTION kf.payment_void(p kf.payment, b kf.booking) RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM kf.refund_twice_mail(p, b);
    IF p.state = 'refunded' THEN
        RETURN 'unchanged';
    END IF;
    UPDATE kf.payment x SET state = 'refunded', returning_cents = 0, returned_cents = 0,
           approved_cents = CASE WHEN x.state = 'seen' THEN x.amount_cents ELSE x.approved_cents END
    WHERE x.tenant_id = p.tenant_id AND x.payment_id = p.payment_id;
    IF p.state = 'applied' AND b.status IN ('paid', 'confirmed') THEN
        UPDATE kf.claim c SET state = 'ended'
        WHERE c.tenant_id = b.tenant_id AND c.claim_id = b.claim_id;
        b := kf.booking_move(b, 'cancelled', 'payment', 'voided', jsonb_build_object('by', 'payment',
            'refund_cents', p.approved_cents, 'refund_state', 'done'));
        PERFORM kf.outbox_put(b, 'booking.cancelled', p.payment_id,
            '{"cancelled": {"by": "payment", "reason": "voided"}}');
    ELSIF p.state IN ('applied', 'refund_due') THEN
        UPDATE kf.refund r SET state = 'done', owner = 'provider', done_at = kf.now(), lease_until = NULL
        WHERE r.tenant_id = p.tenant_id AND r.payment_id = p.payment_id AND r.state <> 'done';
        PERFORM kf.booking_notice(b, 'refund.succeeded', p.payment_id);
    END IF;
    RETURN 'refunded';
END
$$;
