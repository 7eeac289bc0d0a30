-- Conflicts with future bookings, newest first. {professional}.
CREATE OR REPLACE FUNCTION kf.calendar_conflict_page(p_tenant uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_limit int := kf.page_limit(p);
    v_after text[] := kf.place_read(p, 'nu');
    v_who uuid := kf.doc_uuid(p, 'professional', false);
BEGIN
    PERFORM kf.doc_members(p, ARRAY['professional', 'after', 'limit']);
    RETURN (
        SELECT kf.page_of(array_agg(kf.calendar_conflict_doc(q.x, v_zone) || jsonb_build_object(
                              'booking', kf.booking_brief(p_tenant, (q.x).booking_id, v_zone),
                              'professional', q.who) ORDER BY q.n),
                          array_agg(kf.place_of(kf.micros((q.x).seen_at)::text, (q.x).conflict_id::text) ORDER BY q.n),
                          v_limit)
        FROM (SELECT x, jsonb_build_object('id', b.professional_id, 'name', b.terms->'professional_name') AS who,
                     row_number() OVER (ORDER BY x.seen_at DESC, x.conflict_id DESC) AS n
              FROM kf.calendar_conflict x JOIN kf.booking b USING (tenant_id, booking_id)
              WHERE x.tenant_id = p_tenant AND x.resolved_at IS NULL AND b.slot_end > kf.now()
                AND b.status IN ('paid', 'confirmed') AND (v_who IS NULL OR b.professional_id = v_who)
                AND (v_after IS NULL OR (x.seen_at, x.conflict_id)
                     < (kf.from_micros(v_after[1]::bigint), v_after[2]::uuid))
              ORDER BY 3 LIMIT v_limit + 1) q);
END
$$;
