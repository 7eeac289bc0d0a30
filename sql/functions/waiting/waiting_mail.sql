-- The content of a mail about a place in the waiting list, with p_claim also about the reserved time.
CREATE OR REPLACE FUNCTION kf.waiting_facts(w kf.waiting, c kf.claim) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_facts jsonb;
BEGIN
    SELECT jsonb_build_object('waiting', w.waiting_id, 'day', w.day, 'service', s.name, 'customer', w.name,
               'customer_email', w.email, 'customer_zone', w.customer_zone, 'place', s.place, 'map_url', s.map_url,
               'instructions', s.instructions, 'link', l.public_id, 'professional', f.name,
               'service_id', w.service_id, 'professional_id', coalesce(c.professional_id, w.professional_id))
    INTO v_facts
    FROM kf.service s
    JOIN kf.booking_link l ON l.tenant_id = w.tenant_id AND l.link_id = w.link_id
    LEFT JOIN kf.professional f ON f.tenant_id = w.tenant_id
                               AND f.professional_id = coalesce(c.professional_id, w.professional_id)
    WHERE s.tenant_id = w.tenant_id AND s.service_id = w.service_id;
    IF c.claim_id IS NULL THEN
        RETURN v_facts;
    END IF;
    RETURN v_facts || (
        SELECT jsonb_build_object(
            'start', kf.iso_local(c.slot_start, w.customer_zone), 'end', kf.iso_local(c.slot_end, w.customer_zone),
            'start_there', kf.iso_local(c.slot_start, f.time_zone), 'end_there', kf.iso_local(c.slot_end, f.time_zone),
            'professional_zone', f.time_zone, 'utc_start', kf.iso(c.slot_start), 'utc_end', kf.iso(c.slot_end),
            'zones_differ', kf.zone_offset(w.customer_zone, c.slot_start) <> kf.zone_offset(f.time_zone, c.slot_start),
            'offered_until', kf.iso_local(w.offered_until, w.customer_zone), 'price_cents', c.price_cents,
            'charge_cents', c.charge_cents, 'currency', c.currency)
        FROM kf.professional f WHERE f.tenant_id = w.tenant_id AND f.professional_id = c.professional_id);
END
$$;

-- Writes a mail to the holder of a place, once for each offer and each open time.
CREATE OR REPLACE FUNCTION kf.waiting_mail(t kf.tenant, w kf.waiting, p_kind text, p_useful timestamptz, c kf.claim)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, to_name, language, facts, next_attempt_at, created_at,
                         key, useful_until)
    SELECT w.tenant_id, gen_random_uuid(), p_kind, w.email, kf.mail_name(w.name), w.language, kf.waiting_facts(w, c),
           kf.now(), kf.now(),
           CASE WHEN p_kind = 'waiting_free' THEN format('%s/%s/%s/%s', p_kind, w.waiting_id, c.professional_id, kf.iso(c.slot_start))
                ELSE format('%s/%s/%s', p_kind, w.waiting_id, w.offers) END, p_useful
    WHERE kf.mail_wanted(t.mails, p_kind) AND kf.mail_address_fits(w.email)
    ON CONFLICT DO NOTHING;
END
$$;
