-- A key as the merchant sees it, without its value.
CREATE OR REPLACE FUNCTION kf.api_key_doc(k kf.api_key, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN jsonb_build_object('id', k.key_id, 'name', k.name, 'hint', k.hint, 'scopes', to_jsonb(k.scopes),
        'created_at', kf.iso_local(k.created_at, p_zone), 'created_by', (SELECT s.email FROM kf.staff s
            WHERE s.tenant_id = k.tenant_id AND s.staff_id = k.created_by),
        'expires_at', kf.iso_local(k.expires_at, p_zone), 'last_used_at', kf.iso_local(k.last_used_at, p_zone),
        'revoked_at', kf.iso_local(k.revoked_at, p_zone));
END
$$;
