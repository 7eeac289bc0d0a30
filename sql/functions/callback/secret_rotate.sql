-- A new secret for messages to an address ({endpoint}; the first one when not said), sealed by the caller under its
-- id; those before it live on for {overlap_hours} (a day). Refusals: KF422, KF404 (no such address).
CREATE OR REPLACE FUNCTION kf.secret_rotate(p_tenant uuid, p_id uuid, p_sealed text, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_endpoint uuid := coalesce(kf.doc_uuid(p, 'endpoint', false), p_tenant);
BEGIN
    PERFORM kf.doc_members(p, ARRAY['endpoint', 'overlap_hours']);
    PERFORM kf.callback_secret_add(p_tenant, v_endpoint, p_id, p_sealed,
                                   coalesce(kf.doc_int(p, 'overlap_hours', 0, 168, false), 24)::int * 3600);
    RETURN kf.secret_list(p_tenant, v_endpoint);
END
$$;
