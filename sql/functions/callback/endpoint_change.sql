-- Changes the members in the document. Saving an address with its url enables it again, and its waiting messages
-- continue. null: there is none. Refusals: KF422, KF421 (another version).
CREATE OR REPLACE FUNCTION kf.endpoint_change(p_tenant uuid, p_id uuid, p_version int, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    e kf.callback_endpoint;
BEGIN
    PERFORM FROM kf.tenant t WHERE t.tenant_id = p_tenant FOR NO KEY UPDATE; -- before the endpoint, in the order of the trigger
    SELECT x.* INTO e FROM kf.callback_endpoint x
    WHERE x.tenant_id = p_tenant AND x.endpoint_id = p_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM kf.version_check(e.version, p_version);
    e := kf.endpoint_of(e, p);
    IF p ? 'url' AND p_id = p_tenant THEN
        PERFORM kf.tenant_update(p_tenant, jsonb_build_object('callback_url', e.url));
    END IF;
    UPDATE kf.callback_endpoint x
    SET name = e.name, url = e.url, events = e.events, form = e.form, version = e.version + 1,
        disabled_at = CASE WHEN NOT p ? 'url' THEN x.disabled_at END,
        disabled_reason = CASE WHEN NOT p ? 'url' THEN x.disabled_reason END
    WHERE x.tenant_id = p_tenant AND x.endpoint_id = p_id;
    RETURN kf.endpoint_get(p_tenant, p_id);
END
$$;

-- Removes an address: its secrets end, and its waiting messages are given up. The first address's secrets stay, because
-- they also sign the return to the merchant's site. null: there is none.
CREATE OR REPLACE FUNCTION kf.endpoint_remove(p_tenant uuid, p_id uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    PERFORM FROM kf.tenant t WHERE t.tenant_id = p_tenant FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM kf.callback_endpoint e WHERE e.tenant_id = p_tenant AND e.endpoint_id = p_id) THEN
        RETURN NULL;
    END IF;
    IF p_id = p_tenant THEN
        PERFORM kf.tenant_update(p_tenant, '{"callback_url": null}');
    ELSE
        DELETE FROM kf.callback_endpoint e WHERE e.tenant_id = p_tenant AND e.endpoint_id = p_id;
        UPDATE kf.callback_secret s SET expires_at = kf.now()
        WHERE s.tenant_id = p_tenant AND s.endpoint_id = p_id AND (s.expires_at IS NULL OR s.expires_at > kf.now());
    END IF;
    UPDATE kf.outbox o SET state = 'dead', lease_until = NULL
    WHERE o.tenant_id = p_tenant AND coalesce(o.endpoint_id, p_tenant) = p_id AND o.state IN ('due', 'sending');
    RETURN '{}';
END
$$;
