-- An address of the merchant's systems with its health: messages waiting, messages waiting after a failure, and
-- messages given up in seven days.
CREATE OR REPLACE FUNCTION kf.endpoint_doc(e kf.callback_endpoint, p_zone text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN jsonb_build_object(
        'id', e.endpoint_id, 'name', e.name, 'url', e.url, 'events', e.events, 'form', e.form,
        'first', e.endpoint_id = e.tenant_id, 'version', e.version, 'created_at', kf.iso_local(e.created_at, p_zone),
        'disabled_at', kf.iso_local(e.disabled_at, p_zone), 'disabled_reason', e.disabled_reason)
        || (SELECT jsonb_build_object('waiting', count(*), 'failing', count(*) FILTER (WHERE o.attempts > 0))
            FROM kf.outbox o
            WHERE o.tenant_id = e.tenant_id AND coalesce(o.endpoint_id, o.tenant_id) = e.endpoint_id
              AND o.state IN ('due', 'sending'))
        || (SELECT jsonb_build_object('dead', count(*))
            FROM kf.outbox o
            WHERE o.tenant_id = e.tenant_id AND coalesce(o.endpoint_id, o.tenant_id) = e.endpoint_id
              AND o.state = 'dead' AND o.created_at > kf.now() - interval '7 days');
END
$$;

-- null: there is none.
CREATE OR REPLACE FUNCTION kf.endpoint_get(p_tenant uuid, p_id uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    RETURN (SELECT kf.endpoint_doc(e, kf.tenant_zone(p_tenant)) FROM kf.callback_endpoint e
            WHERE e.tenant_id = p_tenant AND e.endpoint_id = p_id);
END
$$;

-- All addresses, the first one first.
CREATE OR REPLACE FUNCTION kf.endpoint_list(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    RETURN (SELECT jsonb_build_object('items', coalesce(jsonb_agg(kf.endpoint_doc(e, kf.tenant_zone(p_tenant))
                       ORDER BY e.endpoint_id <> p_tenant, e.created_at, e.endpoint_id), '[]'))
            FROM kf.callback_endpoint e WHERE e.tenant_id = p_tenant);
END
$$;
