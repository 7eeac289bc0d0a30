-- The merchant's rules for the time after the booking: mails to send, additions to them, the reply address, when a
-- booking counts as completed, how long data is kept.
CREATE OR REPLACE FUNCTION kf.rules_get(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    RETURN (SELECT jsonb_build_object(
                'mails', (SELECT jsonb_object_agg(k.kind, kf.mail_wanted(t.mails, k.kind)) FROM kf.mail_kinds() k),
                'mail_notes', t.mail_notes, 'mail_reply_to', t.mail_reply_to,
                'complete_after_hours', t.complete_after_hours, 'retention_days', t.retention_days,
                'version', t.version)
            FROM kf.tenant t WHERE t.tenant_id = p_tenant);
END
$$;
