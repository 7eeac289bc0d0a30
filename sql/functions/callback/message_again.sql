-- Sends a message again; null if there is none.
CREATE OR REPLACE FUNCTION kf.message_again(p_tenant uuid, p_id text) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_event text;
    v_endpoint uuid;
BEGIN
    SELECT o.event, coalesce(o.endpoint_id, p_tenant) INTO v_event, v_endpoint
    FROM kf.outbox o WHERE o.tenant_id = p_tenant AND o.message_id = p_id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM kf.callback_check(p_tenant, v_endpoint);
    PERFORM kf.quota_check(p_tenant, 'messages');
    PERFORM kf.message_resend(p_tenant, p_id);
    PERFORM kf.audit_put(p_tenant, 'callback_resent', 'callback', p_id, v_event);
    RETURN kf.message_doc(p_tenant, p_id);
END
$$;
