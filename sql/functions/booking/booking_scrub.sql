-- The part of an audit entry that is kept after the erasure of a person: numbers, and fixed words of the program.
CREATE OR REPLACE FUNCTION kf.audit_scrubbed(p jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(jsonb_object_agg(f.key, CASE
        WHEN jsonb_typeof(f.value) IN ('number', 'boolean', 'null')
          OR jsonb_typeof(f.value) = 'string' AND f.key IN ('status', 'state', 'kind', 'event', 'start', 'end', 'day',
             'service', 'professional', 'currency', 'refund', 'method')
        THEN f.value ELSE '"***"' END), p)
    FROM jsonb_each(CASE jsonb_typeof(p) WHEN 'object' THEN p ELSE '{}' END) f
$$;

-- Erases the customer, permanently, from a finished booking and from all rows about it: history, audit log, mails,
-- messages to the merchant and their answers, provider data of its payments, the customer's links, the event in the
-- professional's calendar. Prices and the outcome of the money stay. Returns counts of the changes; null: there is no
-- such booking, or it was erased before. Refusal: KF409 (not finished).
SET ROLE konfirmado_privacy;
CREATE OR REPLACE FUNCTION kf.booking_scrub(p_tenant uuid, p_booking uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
    b kf.booking;
    v_mails int;
    v_messages int;
    v_left int;
BEGIN
    -- (an acknowledgement locks the message before the booking)
    PERFORM FROM kf.outbox o WHERE o.tenant_id = p_tenant AND o.booking_id = p_booking
    ORDER BY o.message_id FOR UPDATE;
    SELECT x.* INTO b FROM kf.booking x
    WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking AND x.erased_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF kf.booking_ahead(b) THEN
        PERFORM kf.refuse('KF409', 'The booking is still open: cancel it first', 'booking');
    END IF;
    v_messages := kf.scrub_messages(p_tenant, p_booking);
    UPDATE kf.mail m
    SET to_address = CASE WHEN lower(m.to_address) = lower(b.customer_email) THEN 'erased@erased.invalid' ELSE m.to_address END,
        to_name = CASE WHEN lower(m.to_address) = lower(b.customer_email) THEN '' ELSE m.to_name END,
        facts = '{}', secret_sealed = NULL, last_error = NULL, lease_until = NULL,
        state = CASE WHEN m.state IN ('due', 'sending') THEN 'skipped' ELSE m.state END
    WHERE m.tenant_id = p_tenant AND m.booking_id = p_booking;
    GET DIAGNOSTICS v_mails = ROW_COUNT;
    v_left := kf.scrub_calendar(b);
    PERFORM kf.scrub_money(p_tenant, p_booking);
    DELETE FROM kf.visit_token x WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking;
    UPDATE kf.reminder x SET state = 'dropped', settled_at = v_now
    WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking AND x.state = 'due';
    -- Text written by people; the program's own words stay.
    UPDATE kf.booking_history x SET reason = '***'
    WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking AND x.actor IN ('customer', 'merchant', 'operator')
      AND x.reason NOT IN ('', 'nothing to pay', 'callback acknowledged', 'by hand', 'moved');
    UPDATE kf.audit a
    SET object_name = '', before = kf.audit_scrubbed(a.before), after = kf.audit_scrubbed(a.after)
    WHERE a.tenant_id = p_tenant AND a.object_type = 'booking' AND a.object_id = p_booking::text;
    UPDATE kf.claim x
    SET token_hash = sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), customer_zone = 'UTC'
    WHERE x.tenant_id = p_tenant AND x.claim_id = b.claim_id;
    UPDATE kf.booking x
    SET customer_name = '***', customer_email = 'erased@erased.invalid', customer_phone = '', notes = '', metadata = NULL,
        customer_zone = 'UTC', return_url = NULL, reminders = false, erased_at = v_now, updated_at = v_now,
        version = x.version + 1,
        token_hash = sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
    WHERE x.tenant_id = p_tenant AND x.booking_id = p_booking;
    RETURN jsonb_build_object('bookings', 1, 'mails', v_mails, 'messages', v_messages, 'events_left', v_left);
END
$$;

-- Removes the customer from messages about a booking, also for later repetitions. Returns their number.
CREATE OR REPLACE FUNCTION kf.scrub_messages(p_tenant uuid, p_booking uuid) RETURNS int
LANGUAGE plpgsql
AS $$
DECLARE
    v_count int;
BEGIN
    UPDATE kf.callback_attempt a SET answer = NULL, error = NULL
    FROM kf.outbox o
    WHERE o.tenant_id = p_tenant AND o.booking_id = p_booking
      AND a.tenant_id = o.tenant_id AND a.message_id = o.message_id;
    UPDATE kf.outbox o
    SET body = NULL, facts = (o.facts - ARRAY['reason', 'note', 'notes', 'cancelled', 'metadata']) || jsonb_build_object('erased', true,
        'customer_zone', 'UTC', 'customer', (o.facts->'customer') || '{"name":"***","email":"","phone":"","notes":""}')
    WHERE o.tenant_id = p_tenant AND o.booking_id = p_booking;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;

-- Plans the deletion of its calendar events. Returns the number that cannot be deleted, because the calendar is no
-- longer connected.
CREATE OR REPLACE FUNCTION kf.scrub_calendar(b kf.booking) RETURNS int
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM kf.calendar_want(x, 'absent', b.version) FROM kf.calendar_event x
    WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id AND x.wanted = 'present' ORDER BY x.n;
    RETURN (SELECT count(*) FROM kf.calendar_event x
            WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id AND x.state = 'failed'
              AND x.written_version IS NOT NULL);
END
$$;

-- Removes text written by people about its money, and the provider's data about the payer.
CREATE OR REPLACE FUNCTION kf.scrub_money(p_tenant uuid, p_booking uuid) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_refunds uuid[];
    v_ids text[];
    v_references text[];
BEGIN
    SELECT array_agg(r.refund_id) INTO v_refunds
    FROM kf.payment p JOIN kf.refund r ON r.tenant_id = p.tenant_id AND r.payment_id = p.payment_id
    WHERE p.tenant_id = p_tenant AND p.booking_id = p_booking;
    SELECT array_agg(p.payment_id::text) INTO v_ids
    FROM kf.payment p WHERE p.tenant_id = p_tenant AND p.booking_id = p_booking;
    SELECT array_agg(q.reference) INTO v_references FROM (
        SELECT a.reference FROM kf.payment_attempt a WHERE a.tenant_id = p_tenant AND a.booking_id = p_booking
        UNION SELECT p.reference FROM kf.payment p WHERE p.tenant_id = p_tenant AND p.booking_id = p_booking
        UNION SELECT 'kfr-' || x::text FROM unnest(v_refunds) x
        UNION SELECT 'kfr-' || replace(x::text, '-', '') FROM unnest(v_refunds) x) q;
    UPDATE kf.webhook_event e SET body = '' WHERE e.tenant_id = p_tenant AND e.reference = ANY (v_references);
    UPDATE kf.payment_attempt a SET last_error = NULL, checkout_url = NULL
    WHERE a.tenant_id = p_tenant AND a.booking_id = p_booking
      AND num_nonnulls(a.last_error, checkout_url) > 0;
    UPDATE kf.payment p SET note = '' WHERE p.tenant_id = p_tenant AND p.booking_id = p_booking AND p.note <> '';
    UPDATE kf.refund r SET note = '', last_error = NULL
    WHERE r.tenant_id = p_tenant AND r.refund_id = ANY (v_refunds) AND (r.note <> '' OR r.last_error IS NOT NULL);
    UPDATE kf.audit a SET before = kf.audit_scrubbed(a.before), after = kf.audit_scrubbed(a.after)
    WHERE a.tenant_id = p_tenant AND a.object_type = 'refund' AND a.object_id = ANY (v_refunds::text[]);
    UPDATE kf.audit a SET before = kf.audit_scrubbed(a.before), after = kf.audit_scrubbed(a.after)
    WHERE a.tenant_id = p_tenant AND a.object_type = 'payment' AND a.object_id = ANY (v_ids);
END
$$;
REVOKE ALL ON FUNCTION kf.booking_scrub, kf.scrub_messages, kf.scrub_calendar, kf.scrub_money FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.booking_scrub TO konfirmado_app, konfirmado_owner;
RESET ROLE;
