-- Adds a place in the waiting list for a day without free times (a day in the customer's zone, as the page shows it):
-- {link, service, professional (null or "any": any professional), day, name, email, language, timezone}. A repeated
-- request returns the same place and sends no second mail. For servers of version 18, whose pages ask for no
-- confirmation. To be removed when kf.meta 'serves' has passed 18; its helper functions stay.
-- Refusals: KF419, KF411, KF410, KF422 (the field).
CREATE OR REPLACE FUNCTION kf.waiting_add(p_tenant uuid, p_id uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    w kf.waiting;
    t kf.tenant;
BEGIN
    SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = p_tenant;
    w := kf.waiting_wish(t, p);
    w.waiting_id := p_id;
    IF kf.waiting_enough(w, t.time_zone) THEN
        PERFORM kf.refuse('KF422', 'This address is already on the waiting lists of ten days', 'email');
    END IF;
    INSERT INTO kf.waiting SELECT w.* ON CONFLICT DO NOTHING;
    IF FOUND THEN
        PERFORM kf.waiting_mail(t, w, 'waiting_joined', kf.zone_day_start(w.customer_zone, w.day + 1), NULL);
    ELSE
        w := kf.waiting_same(w);
    END IF;
    RETURN kf.waiting_row(w, t.time_zone);
END
$$;

-- The existing place of the same request.
CREATE OR REPLACE FUNCTION kf.waiting_same(w kf.waiting) RETURNS kf.waiting
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    o kf.waiting;
BEGIN
    SELECT x.* INTO o FROM kf.waiting x
    WHERE x.tenant_id = w.tenant_id AND x.service_id = w.service_id AND x.day = w.day AND lower(x.email) = lower(w.email)
      AND x.customer_zone = w.customer_zone AND x.professional_id IS NOT DISTINCT FROM w.professional_id
      AND x.state IN ('unverified', 'waiting', 'offered');
    RETURN o;
END
$$;

-- The row for a request, without its id.
CREATE OR REPLACE FUNCTION kf.waiting_wish(t kf.tenant, p jsonb) RETURNS kf.waiting
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_link text := kf.doc_text(p, 'link', 1, 64, true);
    l kf.booking_link;
    s kf.service;
    w kf.waiting;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['link', 'service', 'professional', 'day', 'name', 'email', 'language', 'timezone']);
    IF t.status IS DISTINCT FROM 'active' THEN
        PERFORM kf.refuse('KF419', 'This business is not taking bookings now');
    END IF;
    SELECT x.* INTO l FROM kf.booking_link x WHERE x.public_id = v_link AND x.tenant_id = t.tenant_id;
    PERFORM kf.link_check(l);
    IF NOT kf.waiting_open(t) THEN
        PERFORM kf.refuse('KF422', 'This business has no waiting list', 'day');
    END IF;
    w.tenant_id := t.tenant_id;
    w.link_id := l.link_id;
    w.service_id := kf.doc_uuid(p, 'service', true);
    w.professional_id := CASE WHEN p->>'professional' IS DISTINCT FROM 'any' THEN kf.doc_uuid(p, 'professional', false) END;
    SELECT x.* INTO s FROM kf.service x WHERE x.tenant_id = t.tenant_id AND x.service_id = w.service_id;
    IF s.active IS NOT TRUE OR (l.locked AND l.service_id <> s.service_id) THEN
        PERFORM kf.refuse_field('This service cannot be booked here', 'service', 'not_offered');
    END IF;
    IF l.locked THEN
        w.professional_id := coalesce(w.professional_id, l.professional_id);
    END IF;
    IF (l.locked AND l.professional_id <> w.professional_id) OR NOT EXISTS (
            SELECT FROM kf.professional_service x JOIN kf.professional f USING (tenant_id, professional_id)
            WHERE x.tenant_id = t.tenant_id AND x.service_id = s.service_id AND f.active
              AND (w.professional_id IS NULL OR x.professional_id = w.professional_id)) THEN
        PERFORM kf.refuse_field('This professional cannot be booked for this service', 'professional', 'not_offered');
    END IF;
    w.day := kf.doc_day(p, 'day');
    w.customer_zone := kf.doc_zone(p, 'timezone', t.time_zone);
    IF kf.zone_day_start(w.customer_zone, w.day + 1) <= v_now + make_interval(mins => s.notice_min)
       OR kf.zone_day_start(w.customer_zone, w.day) > v_now + make_interval(hours => 24 * s.horizon_days) THEN
        PERFORM kf.refuse_field('This day cannot be booked', 'day', 'not_offered');
    END IF;
    w.name := kf.doc_text(p, 'name', 2, 100, true);
    w.email := kf.doc_email(p, 'email', true);
    w.language := coalesce(kf.doc_match(p, 'language', '^(es|en)$', false), t.language);
    IF w.name ~ '[[:cntrl:]]' THEN
        PERFORM kf.refuse_field('Control characters are not allowed', 'name', 'bad_characters');
    ELSIF NOT kf.mail_address_fits(w.email) THEN
        PERFORM kf.refuse_field('This is not an email address', 'email', 'not_an_email');
    ELSIF kf.waiting_crowded(t.tenant_id, w.day) THEN
        PERFORM kf.refuse('KF422', 'The waiting list of this day is full', 'day');
    END IF;
    w.state := 'waiting';
    w.created_at := v_now;
    w.offers := 0;
    RETURN w;
END
$$;

-- Whether an address already waits for ten other days of a business. Unverified places do not count.
CREATE OR REPLACE FUNCTION kf.waiting_enough(w kf.waiting, p_zone text) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT count(*) FROM kf.waiting x
            WHERE x.tenant_id = w.tenant_id AND x.state IN ('waiting', 'offered') AND lower(x.email) = lower(w.email)
              AND x.day >= (kf.now() AT TIME ZONE kf.zone_or(x.customer_zone, p_zone))::date
              AND (x.day, x.service_id, x.customer_zone) IS DISTINCT FROM (w.day, w.service_id, w.customer_zone)) >= 10;
END
$$;

-- Whether the hundred places of a day are taken. Unverified places do not count.
CREATE OR REPLACE FUNCTION kf.waiting_crowded(p_tenant uuid, p_day date) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT count(*) FROM kf.waiting x
            WHERE x.tenant_id = p_tenant AND x.day = p_day AND x.state IN ('waiting', 'offered')) >= 100;
END
$$;
