-- All data about a customer, by address: bookings with their payments, messages and mails, data of the provider, places
-- in waiting lists. Refusal: KF422 (email).
CREATE OR REPLACE FUNCTION kf.customer_export(p_tenant uuid, p_email text) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_email text := kf.customer_email(p_email);
    v_zone text := kf.tenant_zone(p_tenant);
    v_ids uuid[];
    v_doc jsonb;
BEGIN
    SELECT coalesce(array_agg(x.booking_id ORDER BY x.slot_start, x.booking_id), '{}') INTO v_ids FROM kf.booking x
    WHERE x.tenant_id = p_tenant AND lower(x.customer_email) = v_email AND x.erased_at IS NULL;
    v_doc := jsonb_build_object('email', v_email, 'exported_at', kf.iso_local(kf.now(), v_zone),
        'business', (SELECT jsonb_build_object('name', t.name, 'contact', t.contact) FROM kf.tenant t
                     WHERE t.tenant_id = p_tenant),
        'bookings', (SELECT coalesce(jsonb_agg(kf.booking_doc(p_tenant, i.id) ORDER BY i.n), '[]')
                     FROM unnest(v_ids) WITH ORDINALITY i(id, n)),
        'messages', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.message_id, 'booking', o.booking_id,
                         'event', o.event, 'version', o.version, 'created_at', kf.iso_local(o.created_at, v_zone),
                         'facts', o.facts, 'body', kf.bytes_text(o.body)) ORDER BY o.created_at, o.message_id), '[]')
                     FROM kf.outbox o WHERE o.tenant_id = p_tenant AND o.booking_id = ANY (v_ids)),
        'mails', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', m.kind, 'booking', m.booking_id,
                      'to', m.to_address, 'to_name', m.to_name, 'language', m.language, 'state', m.state,
                      'facts', m.facts, 'created_at', kf.iso_local(m.created_at, v_zone),
                      'sent_at', kf.iso_local(m.sent_at, v_zone)) ORDER BY m.created_at, m.mail_id), '[]')
                  FROM kf.mail m
                  WHERE m.tenant_id = p_tenant AND m.mail_id IN (
                      SELECT x.mail_id FROM kf.mail x WHERE x.tenant_id = p_tenant AND x.booking_id = ANY (v_ids)
                      UNION SELECT x.mail_id FROM kf.mail x
                      WHERE x.tenant_id = p_tenant AND lower(x.to_address) = v_email AND (x.kind LIKE 'waiting%'
                          OR NOT EXISTS (SELECT FROM kf.staff s WHERE s.tenant_id = p_tenant AND s.email = v_email)))),
        'provider_events', (SELECT coalesce(jsonb_agg(jsonb_build_object('provider', e.provider, 'reference', e.reference,
                                'status', e.status, 'received_at', kf.iso_local(e.received_at, v_zone),
                                'body', kf.bytes_text(e.body)) ORDER BY e.received_at, e.event_id), '[]')
                            FROM kf.webhook_event e
                            WHERE e.tenant_id = p_tenant AND e.reference IN (
                                SELECT a.reference FROM kf.payment_attempt a
                                WHERE a.tenant_id = p_tenant AND a.booking_id = ANY (v_ids))),
        'waiting', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', w.waiting_id, 'name', w.name, 'email', w.email,
                        'language', w.language, 'timezone', w.customer_zone, 'day', w.day, 'state', w.state,
                        'service', s.name, 'created_at', kf.iso_local(w.created_at, v_zone))
                        ORDER BY w.created_at, w.waiting_id), '[]')
                    FROM kf.waiting w JOIN kf.service s USING (tenant_id, service_id)
                    WHERE w.tenant_id = p_tenant AND lower(w.email) = v_email));
    PERFORM kf.audit_put(p_tenant, 'customer_exported', 'customer', '', '', NULL,
        jsonb_build_object('bookings', cardinality(v_ids), 'waiting', jsonb_array_length(v_doc->'waiting')));
    RETURN v_doc;
END
$$;
