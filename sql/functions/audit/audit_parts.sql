-- A line of the audit log for parts of a thing that are rows of other tables, if they changed.
CREATE OR REPLACE FUNCTION kf.audit_parts(p_tenant uuid, p_type text, p_id uuid, p_name text,
                                          p_old jsonb, p_new jsonb, p_parts text[]) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_old jsonb;
    v_new jsonb;
BEGIN
    SELECT jsonb_object_agg(m, p_old->m), jsonb_object_agg(m, p_new->m) INTO v_old, v_new
    FROM unnest(p_parts) m WHERE p_old->m IS DISTINCT FROM p_new->m;
    IF v_old IS NOT NULL THEN
        PERFORM kf.audit_put(p_tenant, p_type || '_updated', p_type, p_id::text, p_name, v_old, v_new);
    END IF;
END
$$;
