-- Begins an export of bookings: checks the request and writes to the audit log.
CREATE OR REPLACE FUNCTION kf.bookings_export_start(p_tenant uuid, p jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true),
            kf.doc_members(p, ARRAY['status', 'service', 'professional', 'link', 'from', 'to', 'search']),
            kf.booking_page(p_tenant, p || '{"limit": 1}'),
            kf.quota_check(p_tenant, 'exports'),
            kf.audit_put(p_tenant, 'export_started', 'booking', '', '', NULL, p);
END
$$;

-- Opens the cursor "bookings_export" for the rest of the transaction, newest booking first, at most two at a time for a
-- business (KF429). All cells are text: times in the tenant's zone, money as decimals. p as for kf.booking_page.
CREATE OR REPLACE FUNCTION kf.bookings_export(p_tenant uuid, p jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    c refcursor := 'bookings_export';
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_status text := p->>'status';
    v_service uuid := (p->>'service')::uuid;
    v_professional uuid := (p->>'professional')::uuid;
    v_link uuid := (p->>'link')::uuid;
    v_from timestamptz := kf.zone_day_start(v_zone, (p->>'from')::date);
    v_to timestamptz := kf.zone_day_start(v_zone, (p->>'to')::date + 1);
    v_words text[] := kf.search_words(p->>'search');
BEGIN
    IF NOT pg_try_advisory_xact_lock(kf.lock_key('export', p_tenant, '1'))
       AND NOT pg_try_advisory_xact_lock(kf.lock_key('export', p_tenant, '2')) THEN
        PERFORM kf.refuse('KF429', 'Two exports of this business are running: wait until one has ended');
    END IF;
    OPEN c NO SCROLL FOR
    SELECT b.booking_id::text, b.status, b.source,
           to_char(b.slot_start AT TIME ZONE v_zone, 'YYYY-MM-DD HH24:MI'),
           to_char(b.slot_end AT TIME ZONE v_zone, 'YYYY-MM-DD HH24:MI'), v_zone,
           b.terms->>'service_name', b.terms->>'professional_name',
           b.customer_name, b.customer_email, b.customer_phone, b.notes,
           kf.cents_text(b.price_cents), kf.cents_text(b.charge_cents), b.currency,
           (SELECT kf.cents_text(coalesce(sum(x.approved_cents - x.returning_cents - x.returned_cents), 0)::bigint) FROM kf.payment x
            WHERE x.tenant_id = b.tenant_id AND x.booking_id = b.booking_id AND x.state = 'applied'),
           to_char(b.created_at AT TIME ZONE v_zone, 'YYYY-MM-DD HH24:MI')
    FROM kf.booking b
    WHERE b.tenant_id = p_tenant
      AND (v_status IS NULL OR b.status = v_status)
      AND (v_service IS NULL OR b.service_id = v_service)
      AND (v_professional IS NULL OR b.professional_id = v_professional)
      AND (v_link IS NULL OR b.link_id = v_link)
      AND (v_from IS NULL OR b.slot_start >= v_from)
      AND (v_to IS NULL OR b.slot_start < v_to)
      AND NOT EXISTS (SELECT FROM unnest(v_words) w WHERE strpos(b.search, w) = 0)
    ORDER BY b.slot_start DESC, b.booking_id DESC;
END
$$;
