-- A business's name, appearance and contact data.
CREATE OR REPLACE FUNCTION kf.branding_get(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    RETURN (SELECT to_jsonb(t) - ARRAY['tenant_id', 'catalog_version', 'complete_after_hours', 'retention_days',
                                     'mails', 'mail_notes', 'mail_reply_to', 'trusted_at', 'quotas', 'approval_asked_at',
                                     'mail_stopped_at', 'mail_resumed_at', 'mail_stopped_why'] || jsonb_build_object(
                'id', t.tenant_id, 'custom_domain', (SELECT d.domain FROM kf.tenant_domain d WHERE d.tenant_id = p_tenant),
                'domain', kf.domain_doc(p_tenant), 'created_at', kf.iso_local(t.created_at, t.time_zone),
                'callback_disabled_at', kf.iso_local(t.callback_disabled_at, t.time_zone))
            FROM kf.tenant t WHERE t.tenant_id = p_tenant);
END
$$;
