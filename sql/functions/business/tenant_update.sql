-- Changes what the document names. A new callback address is switched on again, and its waiting
-- messages go on.
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
    UPDATE kf.tenant x
    SET (subdomain, custom_domain, name, time_zone, language, currency, primary_color, secondary_color,
         logo_url, terms_url, contact, callback_url, return_url, colombian_phone, allowed_origins,
         frame_origins, callback_disabled_at, callback_disabled_reason, version) =
        (t.subdomain, t.custom_domain, t.name, t.time_zone, t.language, t.currency, t.primary_color,
         t.secondary_color, t.logo_url, t.terms_url, t.contact, t.callback_url, t.return_url,
         t.colombian_phone, t.allowed_origins, t.frame_origins, t.callback_disabled_at,
         t.callback_disabled_reason, t.version + 1)
    WHERE x.tenant_id = p_tenant;
EXCEPTION WHEN unique_violation THEN
    PERFORM kf.tenant_name_taken(SQLERRM);
END
$$;
