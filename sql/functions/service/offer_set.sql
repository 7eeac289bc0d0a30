-- Replaces the services of a professional, or (p_professional null) the professionals of a service, by the ids in the
-- document. Archived ones are not listed and keep their connection for a restoration.
CREATE OR REPLACE FUNCTION kf.offer_set(p_tenant uuid, p_professional uuid, p_service uuid, p jsonb, p_key text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_ids uuid[] := kf.doc_uuids(p, p_key, 200);
BEGIN
    DELETE FROM kf.professional_service x USING kf.professional f, kf.service s
    WHERE x.tenant_id = p_tenant AND (f.tenant_id, f.professional_id) = (x.tenant_id, x.professional_id)
      AND (s.tenant_id, s.service_id) = (x.tenant_id, x.service_id)
      AND CASE WHEN p_service IS NULL
               THEN x.professional_id = p_professional AND x.service_id <> ALL (v_ids) AND s.archived_at IS NULL
               ELSE x.service_id = p_service AND x.professional_id <> ALL (v_ids) AND f.archived_at IS NULL END;
    INSERT INTO kf.professional_service (tenant_id, professional_id, service_id)
    SELECT p_tenant, coalesce(p_professional, i), coalesce(p_service, i) FROM unnest(v_ids) i
    ON CONFLICT DO NOTHING;
EXCEPTION WHEN foreign_key_violation THEN
    PERFORM kf.refuse_field('There is no such ' || CASE WHEN p_service IS NULL THEN 'service' ELSE 'professional' END,
                            p_key, 'not_there');
END
$$;
