-- A person's live sign-ins, the last used first.
CREATE OR REPLACE FUNCTION kf.session_page(p_tenant uuid, p_staff uuid, p_current uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
BEGIN
    RETURN (
        SELECT jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
            'id', x.session_id, 'ip', x.ip, 'user_agent', x.user_agent, 'created_at', kf.iso_local(x.created_at, v_zone),
            'seen_at', kf.iso_local(x.seen_at, v_zone), 'expires_at', kf.iso_local(x.expires_at, v_zone),
            'current', x.session_id IS NOT DISTINCT FROM p_current)
            ORDER BY x.seen_at DESC, x.session_id), '[]'), 'next', NULL)
        FROM kf.session x
        WHERE x.tenant_id = p_tenant AND x.staff_id = p_staff AND x.ended_at IS NULL AND x.expires_at > kf.now()
          AND x.seen_at > kf.now() - interval '30 minutes');
END
$$;
