-- Stores a verified event of a provider, once. False: it is stored already.
CREATE OR REPLACE FUNCTION kf.event_store(p_tenant uuid, p_event uuid, p_provider text, p_dedupe text,
    p_tx text, p_reference text, p_status text, p_body bytea)
RETURNS TABLE (stored boolean)
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    INSERT INTO kf.webhook_event (tenant_id, event_id, provider, dedupe_key, tx_id, reference, status,
                                  body, received_at, next_attempt_at)
    VALUES (p_tenant, p_event, p_provider, p_dedupe, p_tx, p_reference, p_status, p_body, kf.now(), kf.now())
    ON CONFLICT DO NOTHING;
    stored := FOUND;
    RETURN NEXT;
END
$$;
