-- Copies a change of a business's callback address in its settings to its first endpoint. The choice of events stays in
-- the endpoint.
CREATE OR REPLACE FUNCTION kf.callback_first() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.callback_url IS NULL THEN
        DELETE FROM kf.callback_endpoint e WHERE e.tenant_id = NEW.tenant_id AND e.endpoint_id = NEW.tenant_id;
        RETURN NULL;
    END IF;
    INSERT INTO kf.callback_endpoint AS e (tenant_id, endpoint_id, url, disabled_at, disabled_reason, created_at)
    VALUES (NEW.tenant_id, NEW.tenant_id, NEW.callback_url, NEW.callback_disabled_at, NEW.callback_disabled_reason, kf.now())
    ON CONFLICT (tenant_id, endpoint_id) DO UPDATE
    SET url = EXCLUDED.url, disabled_at = EXCLUDED.disabled_at, disabled_reason = EXCLUDED.disabled_reason,
        version = e.version + 1
    WHERE (e.url, e.disabled_at) IS DISTINCT FROM (EXCLUDED.url, EXCLUDED.disabled_at);
    RETURN NULL;
END
$$;

SELECT kf.trigger_put($$CREATE TRIGGER callback_first
    AFTER INSERT OR UPDATE OF callback_url, callback_disabled_at ON kf.tenant
    FOR EACH ROW EXECUTE FUNCTION kf.callback_first()$$);

-- Copies existing addresses. The trigger holds a lock, so no server writes another one meanwhile.
SET ROLE konfirmado_directory;
INSERT INTO kf.callback_endpoint (tenant_id, endpoint_id, url, disabled_at, disabled_reason, created_at)
SELECT t.tenant_id, t.tenant_id, t.callback_url, t.callback_disabled_at, t.callback_disabled_reason, kf.now()
FROM kf.tenant t WHERE t.callback_url IS NOT NULL
ON CONFLICT DO NOTHING;
RESET ROLE;
