-- Changes the members in the document. A new callback address is enabled again, and its waiting messages continue.
CREATE OR REPLACE FUNCTION kf.tenant_update(p_tenant uuid, p jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    t kf.tenant;
BEGIN
    SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = p_tenant FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such tenant');
    END IF;
    t := kf.tenant_of(t, p);
    IF p ? 'callback_url' THEN
        t.callback_disabled_at := NULL;
        t.callback_disabled_reason := NULL;
    END IF;
    IF p ? 'custom_domain' THEN
        t.custom_domain := kf.domain_claim(p_tenant, t.custom_domain);
    END IF;
    t.version := t.version + 1;
    PERFORM kf.row_put('tenant', 'tenant_id', to_jsonb(t) - 'catalog_version');
EXCEPTION WHEN unique_violation THEN
    PERFORM kf.tenant_name_taken(SQLERRM);
END
$$;
