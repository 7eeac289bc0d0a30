-- The tenant of a subdomain, a custom domain, a link, an id, a booking, or the hash of a hold's token (in hex).
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.tenant_find(p_kind text, p_value text)
RETURNS TABLE (tenant_id uuid, tenant jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    t kf.tenant;
BEGIN
    CASE p_kind
    WHEN 'subdomain' THEN
        SELECT x.* INTO t FROM kf.tenant x WHERE x.subdomain = p_value;
    WHEN 'domain' THEN
        SELECT x.* INTO t FROM kf.tenant x WHERE x.custom_domain = p_value;
    WHEN 'link' THEN
        SELECT x.* INTO t FROM kf.tenant x JOIN kf.booking_link l USING (tenant_id)
        WHERE l.public_id = p_value;
    WHEN 'id' THEN
        IF p_value ~ '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$' THEN
            SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = p_value::uuid;
        END IF;
    WHEN 'booking' THEN
        IF p_value ~ '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$' THEN
            SELECT x.* INTO t FROM kf.tenant x JOIN kf.booking b USING (tenant_id)
            WHERE b.booking_id = p_value::uuid;
        END IF;
    WHEN 'token' THEN
        IF p_value ~ '^[0-9a-f]{64}$' THEN
            SELECT x.* INTO t FROM kf.tenant x JOIN kf.claim c USING (tenant_id)
            WHERE c.token_hash = decode(p_value, 'hex');
        END IF;
    END CASE;
    IF t.tenant_id IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT t.tenant_id, jsonb_build_object(
        'name', t.name, 'status', t.status, 'subdomain', t.subdomain,
        'custom_domain', t.custom_domain, 'time_zone', t.time_zone, 'language', t.language,
        'currency', t.currency, 'primary_color', t.primary_color,
        'secondary_color', t.secondary_color, 'logo_url', t.logo_url, 'terms_url', t.terms_url,
        'privacy_url', t.privacy_url,
        'contact', t.contact, 'return_url', t.return_url, 'colombian_phone', t.colombian_phone,
        'allowed_origins', to_jsonb(t.allowed_origins), 'frame_origins', to_jsonb(t.frame_origins),
        'waiting', kf.waiting_open(t), 'catalog_version', t.catalog_version);
END
$$;
REVOKE ALL ON FUNCTION kf.tenant_find FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.tenant_find TO konfirmado_app, konfirmado_owner;
RESET ROLE;
