-- The last grant of an invitation in this browser whose calendars are not chosen yet; null: none. tokens_sealed is for
-- the server only.
CREATE OR REPLACE FUNCTION kf.calendar_grant_find(p_tenant uuid, p_invitation uuid, p_browser_hash bytea) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    RETURN (SELECT jsonb_build_object(
                'id', g.grant_id, 'provider', g.provider, 'account_email', g.account_email,
                'calendars', g.calendars, 'scopes', g.scopes, 'tokens_sealed', g.tokens_sealed,
                'access_expires_at', kf.iso(g.access_expires_at), 'professional', f.name, 'business', t.name)
            FROM kf.calendar_grant g
            JOIN kf.calendar_invitation i USING (tenant_id, invitation_id)
            JOIN kf.professional f ON f.tenant_id = g.tenant_id AND f.professional_id = g.professional_id
            JOIN kf.tenant t ON t.tenant_id = g.tenant_id
            WHERE g.tenant_id = p_tenant AND g.invitation_id = p_invitation AND g.browser_hash = p_browser_hash
              AND g.granted_at IS NOT NULL AND g.finished_at IS NULL AND g.expires_at > kf.now()
              AND i.used_at IS NULL
            ORDER BY g.granted_at DESC LIMIT 1);
END
$$;
