-- Replaces a professional's weekly hours and overrides, if the document has them.
CREATE OR REPLACE FUNCTION kf.professional_hours_put(p_tenant uuid, p_id uuid, p_version int, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM kf.doc_members(p, ARRAY['hours', 'overrides']);
    PERFORM kf.professional_change(p_tenant, p_id, p_version, p);
    RETURN kf.professional_hours(p_tenant, p_id);
END
$$;
