-- A place and the time reserved for it, as the merchant sees it.
CREATE OR REPLACE FUNCTION kf.waiting_row(w kf.waiting, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN jsonb_build_object(
        'id', w.waiting_id, 'state', w.state, 'day', w.day, 'timezone', w.customer_zone, 'name', w.name,
        'email', w.email, 'language', w.language,
        'service', (SELECT jsonb_build_object('id', s.service_id, 'name', s.name) FROM kf.service s
                    WHERE s.tenant_id = w.tenant_id AND s.service_id = w.service_id),
        'professional', (SELECT jsonb_build_object('id', f.professional_id, 'name', f.name) FROM kf.professional f
                         WHERE f.tenant_id = w.tenant_id AND f.professional_id = w.professional_id),
        'created_at', kf.iso_local(w.created_at, p_zone), 'offers', w.offers,
        'offered_until', CASE WHEN w.state = 'offered' THEN kf.iso_local(w.offered_until, p_zone) END,
        'offer', CASE WHEN w.state IN ('offered', 'taken') THEN
            (SELECT jsonb_build_object('start', kf.iso_local(c.slot_start, p_zone),
                        'end', kf.iso_local(c.slot_end, p_zone),
                        'professional', jsonb_build_object('id', f.professional_id, 'name', f.name))
             FROM kf.claim c JOIN kf.professional f USING (tenant_id, professional_id)
             WHERE c.tenant_id = w.tenant_id AND c.claim_id = w.claim_id) END);
END
$$;
