-- The signing secrets of an address, the current one first, without their values.
CREATE OR REPLACE FUNCTION kf.secret_list(p_tenant uuid, p_endpoint uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
BEGIN
    RETURN jsonb_build_object('items', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', q.secret_id, 'created_at', kf.iso_local(q.created_at, v_zone),
                   'expires_at', kf.iso_local(q.expires_at, v_zone), 'current', q.n = 1) ORDER BY q.n)
        FROM (SELECT s.*, row_number() OVER (ORDER BY s.created_at DESC, s.secret_id DESC) AS n
              FROM kf.callback_secret s
              WHERE s.tenant_id = p_tenant AND coalesce(s.endpoint_id, p_tenant) = p_endpoint
                AND (s.expires_at IS NULL OR s.expires_at > kf.now())) q), '[]'));
END
$$;

-- Those of the first address, which also sign the return to the merchant's site.
CREATE OR REPLACE FUNCTION kf.secret_list(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN kf.secret_list(p_tenant, p_tenant);
END
$$;
