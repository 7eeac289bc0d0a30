-- A place in the waiting list as the holder of one of its links sees it. KF416: unknown token.
CREATE OR REPLACE FUNCTION kf.waiting_doc(p_tenant uuid, p_hash bytea) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_leave boolean;
    w kf.waiting;
    c kf.claim;
BEGIN
    SELECT x.* INTO w FROM kf.waiting_of(p_hash) x;
    v_leave := FOUND;
    IF NOT v_leave THEN
        SELECT x.* INTO w FROM kf.waiting x WHERE x.tenant_id = p_tenant AND x.offer_hash = p_hash;
    END IF;
    IF w.waiting_id IS NULL THEN
        PERFORM kf.refuse('KF416', 'The token does not give the right to this');
    ELSIF w.state IN ('offered', 'taken') THEN
        SELECT x.* INTO c FROM kf.claim x WHERE x.tenant_id = p_tenant AND x.claim_id = w.claim_id;
    END IF;
    RETURN (kf.waiting_facts(w, c) - ARRAY['customer', 'customer_email', 'waiting']) || (
        SELECT jsonb_build_object(
            'id', w.waiting_id, 'kind', CASE WHEN v_leave THEN 'leave' ELSE 'offer' END, 'state', w.state,
            'customer', jsonb_build_object('name', w.name, 'email_masked', kf.email_masked(w.email)),
            'language', w.language, 'now', kf.iso(kf.now()), 'utc_offered_until', kf.iso(w.offered_until),
            'service_id', w.service_id, 'professional_id', coalesce(c.professional_id, w.professional_id),
            'business', jsonb_build_object('name', t.name, 'contact', t.contact, 'terms_url', t.terms_url,
                'logo_url', t.logo_url, 'primary_color', t.primary_color, 'secondary_color', t.secondary_color,
                'return_url', t.return_url, 'zone', t.time_zone))
        FROM kf.tenant t WHERE t.tenant_id = p_tenant);
END
$$;
