-- Plans the mails and reminders of a booking (locked by the caller), at the end of every status change and every move.
-- p_from: the former status; null: the booking is new. p_facts: {moved, from_start, from_end, from_professional} of a
-- move; {tell: false}: the customer is not notified; {by, reason, refund_cents, refund_state}: further content of the
-- mails.
CREATE OR REPLACE FUNCTION kf.booking_plan(b kf.booking, p_from text, p_facts jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_moved boolean := coalesce((p_facts->>'moved')::boolean, false);
    v_customer text;
    v_merchant text;
    v_useful timestamptz := b.slot_end;
    v_facts jsonb;
    t kf.tenant;
BEGIN
    IF v_moved THEN
        v_customer := 'booking_moved';
        v_merchant := 'moved_booking';
        PERFORM kf.reminders_drop(b, b.slot_start);
        PERFORM kf.reminders_plan(b);
    ELSIF b.status IN ('paid', 'confirmed') AND (p_from IS NULL OR p_from IN ('pending', 'expired', 'failed')) THEN
        v_customer := 'booking_confirmed';
        v_merchant := 'new_booking';
        PERFORM kf.reminders_plan(b);
    ELSIF b.status = 'pending' AND p_from IS NULL THEN
        v_customer := 'booking_received';
        v_useful := b.hold_expires_at;
    ELSIF b.status = 'cancelled' THEN
        v_customer := 'booking_cancelled';
        v_merchant := CASE WHEN p_from <> 'pending' THEN 'cancelled_booking' END;
        v_useful := kf.now() + interval '3 days';
        PERFORM kf.reminders_drop(b, NULL);
        PERFORM kf.freed_put(b.tenant_id, b.claim_id, b.professional_id, b.slot_start, b.slot_end);
    ELSIF b.status IN ('expired', 'failed') THEN
        PERFORM kf.freed_put(b.tenant_id, b.claim_id, b.professional_id, b.slot_start, b.slot_end);
        RETURN;
    ELSE
        RETURN;
    END IF;
    SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = b.tenant_id;
    IF (p_facts->>'tell')::boolean IS FALSE OR NOT kf.mail_wanted(t.mails, v_customer) THEN
        v_customer := NULL;
    END IF;
    IF NOT kf.mail_wanted(t.mails, v_merchant) THEN
        v_merchant := NULL;
    END IF;
    IF v_moved OR v_customer IS NOT NULL OR v_merchant IS NOT NULL THEN
        v_facts := kf.mail_facts(b, p_facts);
        IF v_moved THEN
            PERFORM kf.mail_catch_up(b, v_facts);
        END IF;
        PERFORM kf.mails_plan(t, b, v_customer, v_merchant, b.booking_id || '/' || b.version, v_useful, v_facts);
    END IF;
END
$$;

-- Updates unsent mails about a booking that has moved to its new time.
CREATE OR REPLACE FUNCTION kf.mail_catch_up(b kf.booking, p_facts jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE kf.mail m
    SET facts = m.facts || (p_facts - ARRAY['old_start', 'old_end', 'old_start_there', 'old_end_there', 'old_professional',
                                            'reason', 'by']),
        useful_until = b.slot_end
    WHERE m.tenant_id = b.tenant_id AND m.booking_id = b.booking_id AND m.state IN ('due', 'sending')
      AND m.kind IN ('booking_confirmed', 'booking_moved', 'new_booking', 'moved_booking');
END
$$;
