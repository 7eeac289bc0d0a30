-- Writes a new booking (its search text is generated) with the first line of its history, and plans its notifications.
-- A booking in its second version was settled at once and has two lines.
CREATE OR REPLACE FUNCTION kf.booking_put(b kf.booking, p_actor text, p_reason text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO kf.booking (tenant_id, booking_id, claim_id, service_id, professional_id, link_id, status, version,
        customer_name, customer_email, customer_phone, notes, accepted_terms_at, language, customer_zone,
        slot_start, slot_end, hold_expires_at, price_cents, charge_cents, currency, terms, token_hash,
        created_at, updated_at, source, metadata, return_url)
    VALUES (b.tenant_id, b.booking_id, b.claim_id, b.service_id, b.professional_id, b.link_id, b.status, b.version,
        b.customer_name, b.customer_email, b.customer_phone, b.notes, b.accepted_terms_at, b.language, b.customer_zone,
        b.slot_start, b.slot_end, b.hold_expires_at, b.price_cents, b.charge_cents, b.currency, b.terms, b.token_hash,
        b.created_at, b.updated_at, coalesce(b.source, 'link'), b.metadata,
        b.return_url);
    INSERT INTO kf.booking_history (tenant_id, booking_id, version, from_status, to_status, actor, actor_name, reason, at)
    SELECT b.tenant_id, b.booking_id, h.version, h.from_status, h.to_status, p_actor, kf.actor_name(), h.reason,
           b.created_at
    FROM (VALUES (1, NULL, CASE b.version WHEN 1 THEN b.status ELSE 'pending' END, p_reason),
                 (2, 'pending', b.status, 'nothing to pay')) h(version, from_status, to_status, reason)
    WHERE h.version <= b.version;
    PERFORM kf.booking_plan(b, NULL, '{}');
END
$$;
