-- Bookings ordered by start. {status, service, professional, link, from, to (dates in the tenant's zone, both
-- included), search (name, email, phone), order: newest (default), oldest}.
CREATE OR REPLACE FUNCTION kf.booking_page(p_tenant uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_limit int := kf.page_limit(p);
    v_after text[] := kf.place_read(p, 'nu');
    v_from date := kf.doc_day_or(p, 'from', NULL);
    v_to date := kf.doc_day_or(p, 'to', NULL);
BEGIN
    PERFORM kf.doc_members(p, ARRAY['status', 'service', 'professional', 'link', 'from', 'to', 'search', 'order',
                                    'after', 'limit']),
            kf.doc_word(p, 'status', NULL, ARRAY['pending', 'paid', 'confirmed', 'failed', 'expired', 'cancelled',
                                                 'completed', 'no_show']),
            kf.doc_word(p, 'order', NULL, ARRAY['newest', 'oldest']),
            kf.doc_uuid(p, 'service', false), kf.doc_uuid(p, 'professional', false), kf.doc_uuid(p, 'link', false),
            kf.doc_text(p, 'search', 2, 100, false);
    IF p->>'search' IS NOT NULL AND kf.search_words(p->>'search') IS NULL THEN
        PERFORM kf.refuse('KF422', 'Enter at least two letters or digits', 'search');
    ELSIF v_to < v_from THEN
        PERFORM kf.refuse_field('The end must come after the start', 'to', 'wrong_order');
    END IF;
    RETURN (
        SELECT kf.page_of(array_agg(kf.booking_row(b, v_zone) ORDER BY q.n),
                          array_agg(CASE WHEN q.n = v_limit THEN kf.place_of(kf.micros(b.slot_start)::text, b.booking_id::text) END
                                    ORDER BY q.n), v_limit)
        FROM kf.booking_ids(p_tenant, p, kf.zone_day_start(v_zone, v_from), kf.zone_day_start(v_zone, v_to + 1),
                            v_after, v_limit + 1)
             WITH ORDINALITY q(slot_start, booking_id, n)
        JOIN kf.booking b ON b.tenant_id = p_tenant AND b.booking_id = q.booking_id);
END
$$;
