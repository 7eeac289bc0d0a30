-- A booking by the merchant: {service, professional, start, customer: {name, email, phone}, notes, language,
-- outside_hours, metadata}. Nothing is charged. Notice and horizon do not apply, but a taken time is refused, and a
-- time outside of working hours requires outside_hours.
-- p_after: the professional's calendar must have been read then or later.
-- Refusals: KF424 (daily quota used up), KF412 (taken), KF413 (not a bookable time), KF414 (the service's daily
-- maximum),
-- KF432 (the calendar must be read), KF420.
CREATE OR REPLACE FUNCTION kf.booking_add(p_tenant uuid, p_id uuid, p jsonb, p_after timestamptz DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_start timestamptz := kf.doc_instant(p, 'start', true);
    v_who uuid := kf.doc_uuid(p, 'professional', true);
    v_service uuid := kf.doc_uuid(p, 'service', true);
    v_outside boolean := kf.doc_bool(p, 'outside_hours', false);
    s kf.service;
    c kf.claim;
    b kf.booking;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['service', 'professional', 'start', 'customer', 'notes', 'language', 'outside_hours',
                                  'metadata']);
    PERFORM kf.quota_check(p_tenant, 'bookings');
    SELECT x.* INTO s FROM kf.service x WHERE x.tenant_id = p_tenant AND x.service_id = v_service;
    IF s.active IS NOT TRUE THEN
        PERFORM kf.refuse_field('This service cannot be booked', 'service', 'not_offered');
    ELSIF NOT EXISTS (SELECT FROM kf.professional_service x JOIN kf.professional f USING (tenant_id, professional_id)
                      WHERE x.tenant_id = p_tenant AND x.professional_id = v_who AND x.service_id = v_service
                        AND f.active) THEN
        PERFORM kf.refuse_field('This professional cannot be booked for this service', 'professional', 'not_offered');
    ELSIF v_start NOT BETWEEN kf.now() - interval '1 day' AND kf.now() + interval '730 days' THEN
        PERFORM kf.refuse('KF413', 'The time must be from yesterday to two years from now', 'start');
    ELSIF NOT v_outside AND NOT EXISTS (
            SELECT FROM kf.windows(p_tenant, v_who, v_start, v_start + interval '1 microsecond') w
            WHERE w.lo <= v_start AND v_start < w.hi AND v_start + make_interval(mins => s.duration_min) <= w.until) THEN
        PERFORM kf.refuse('KF413', 'This time is outside the working hours', 'start');
    ELSIF s.max_per_day IS NOT NULL THEN
        PERFORM kf.day_check(s, v_zone, v_start, NULL);
    END IF;
    c := kf.claim_of(gen_random_uuid(), NULL, s, v_start,
                     sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 0, v_zone);
    c.professional_id := v_who;
    c.charge_cents := 0;
    c.state := 'booked';
    c.expires_at := NULL;
    b := kf.booking_by_hand(c, p_id, p);
    IF NOT kf.claim_taken(c, kf.now()) THEN
        PERFORM kf.calendar_check(p_tenant, v_who, c.starts_at, c.ends_at, p_after);
    END IF;
    IF NOT kf.claim_put(c, true) THEN
        PERFORM kf.refuse('KF412', 'This time is no longer available', 'start');
    END IF;
    PERFORM kf.booking_put(b, 'merchant', 'by hand');
    PERFORM kf.calendar_plan(b);
    PERFORM kf.outbox_put(b, 'booking.paid', NULL);
    PERFORM kf.audit_put(p_tenant, 'booking_created', 'booking', p_id::text, b.customer_name, NULL,
                         jsonb_build_object('service', b.terms->'service_name', 'professional', b.terms->'professional_name',
                                            'start', kf.iso_local(b.slot_start, v_zone)));
    RETURN kf.booking_doc(p_tenant, p_id);
END
$$;
