-- Adds an address from its document, with its signing secret, sealed by the caller under its id; without a first
-- address, it becomes the first. The first address keeps its existing secrets. The result says whether the secret is
-- used. Refusals: KF422, KF409 (there are five already).
CREATE OR REPLACE FUNCTION kf.endpoint_add(p_tenant uuid, p_id uuid, p jsonb, p_secret uuid, p_sealed text)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_made boolean := true;
    e kf.callback_endpoint;
BEGIN
    PERFORM FROM kf.tenant t WHERE t.tenant_id = p_tenant FOR NO KEY UPDATE; -- one at a time
    IF (SELECT count(*) FROM kf.callback_endpoint x WHERE x.tenant_id = p_tenant) >= 5 THEN
        PERFORM kf.refuse('KF409', 'A business may have at most five callback addresses: remove one first');
    END IF;
    e.tenant_id := p_tenant;
    e.endpoint_id := CASE WHEN EXISTS (SELECT FROM kf.callback_endpoint x
                                       WHERE x.tenant_id = p_tenant AND x.endpoint_id = p_tenant)
                          THEN p_id ELSE p_tenant END;
    e := kf.endpoint_of(e, p);
    IF e.endpoint_id = p_tenant THEN
        PERFORM kf.tenant_update(p_tenant, jsonb_build_object('callback_url', e.url));
        UPDATE kf.callback_endpoint x SET (name, events, form) = (e.name, e.events, e.form)
        WHERE x.tenant_id = p_tenant AND x.endpoint_id = p_tenant;
        v_made := jsonb_array_length(kf.secret_list(p_tenant)->'items') = 0;
    ELSE
        INSERT INTO kf.callback_endpoint (tenant_id, endpoint_id, name, url, events, form, created_at)
        VALUES (p_tenant, e.endpoint_id, e.name, e.url, e.events, e.form, kf.now());
    END IF;
    IF v_made THEN
        PERFORM kf.callback_secret_add(p_tenant, e.endpoint_id, p_secret, p_sealed, 0);
    END IF;
    RETURN kf.endpoint_get(p_tenant, e.endpoint_id) || jsonb_build_object('secret_made', v_made);
END
$$;
