-- Sends a message once more; null if there is none.
CREATE OR REPLACE FUNCTION kf.message_again(p_tenant uuid, p_id text) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_event text := (SELECT o.event FROM kf.outbox o WHERE o.tenant_id = p_tenant AND o.message_id = p_id);
BEGIN
    IF v_event IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM kf.callback_check(p_tenant);
    PERFORM kf.message_resend(p_tenant, p_id);
    PERFORM kf.audit_put(p_tenant, 'callback_resent', 'callback', p_id, v_event);
    RETURN kf.message_doc(p_tenant, p_id);
END
$$;
