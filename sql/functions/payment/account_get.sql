-- A tenant's accounts at payment providers, the active one first, without the values of their secrets. null: no such
-- tenant.
CREATE OR REPLACE FUNCTION kf.account_get(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    RETURN (
        SELECT jsonb_build_object('accounts', coalesce(jsonb_agg(jsonb_build_object(
            'provider', a.provider, 'mode', a.mode, 'public_key', a.public_key, 'private_key', '••••',
            'integrity_secret', '••••', 'events_secret', '••••',
            'hook_path', '/api/webhooks/' || a.provider || '/' || a.hook_id, 'min_cents', a.min_cents,
            'active', a.active, 'tested_at', kf.iso_local(a.tested_at, t.time_zone), 'test_result', a.test_result,
            'updated_at', kf.iso_local(a.updated_at, t.time_zone)) ORDER BY a.active DESC, a.provider, a.mode)
            FILTER (WHERE a.provider IS NOT NULL), '[]'))
        FROM kf.tenant t LEFT JOIN kf.payment_account a USING (tenant_id)
        WHERE t.tenant_id = p_tenant GROUP BY t.tenant_id);
END
$$;
