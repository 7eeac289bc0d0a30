-- The events that an address may choose. "callback.test" is not among them.
CREATE OR REPLACE FUNCTION kf.callback_events() RETURNS text[]
LANGUAGE sql IMMUTABLE
AS $$ SELECT ARRAY['booking.paid', 'booking.confirmed', 'booking.rescheduled', 'booking.cancelled', 'booking.completed',
                   'booking.no_show', 'booking.failed', 'booking.expired', 'payment.refund_due', 'refund.succeeded'] $$;

-- An address from its document {name, url, events, form}; members not in the document come from e. The first address
-- acknowledges bookings, so it always receives booking.paid.
CREATE OR REPLACE FUNCTION kf.endpoint_of(e kf.callback_endpoint, p jsonb) RETURNS kf.callback_endpoint
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    d jsonb := jsonb_build_object('events', ARRAY['booking.paid', 'booking.rescheduled', 'booking.cancelled',
                                                  'payment.refund_due', 'refund.succeeded'])
               || jsonb_strip_nulls(to_jsonb(e)) || p;
BEGIN
    e := jsonb_populate_record(e, kf.doc_row('endpoint', coalesce(to_jsonb(e), '{}'), p));
    e.events := ARRAY(SELECT x FROM unnest(kf.callback_events()) x
                      WHERE x IN (SELECT jsonb_array_elements_text(kf.doc_list(d, 'events', 20))));
    IF EXISTS (SELECT FROM jsonb_array_elements_text(d->'events') x WHERE x <> ALL (kf.callback_events()))
       OR cardinality(e.events) = 0 THEN
        PERFORM kf.refuse_field('Choose one or more of: ' || array_to_string(kf.callback_events(), ', '), 'events',
                                'not_one_of');
    ELSIF e.endpoint_id = e.tenant_id AND 'booking.paid' <> ALL (e.events) THEN
        PERFORM kf.refuse('KF422', 'The first address acknowledges bookings: it must receive booking.paid', 'events');
    END IF;
    RETURN e;
END
$$;
