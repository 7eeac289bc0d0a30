-- A new secret for callbacks, sealed by the caller under its id; those before it live on for
-- {overlap_hours} (a day).
CREATE OR REPLACE FUNCTION kf.secret_rotate(p_tenant uuid, p_id uuid, p_sealed text, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM kf.doc_members(p, ARRAY['overlap_hours']);
    PERFORM kf.callback_secret_add(p_tenant, p_id, p_sealed,
                                   coalesce(kf.doc_int(p, 'overlap_hours', 0, 168, false), 24)::int * 3600);
    RETURN kf.secret_list(p_tenant);
END
$$;
