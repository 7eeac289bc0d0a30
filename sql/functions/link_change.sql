-- Changes what the document names; the address stays.
CREATE OR REPLACE FUNCTION kf.link_change(p_tenant uuid, p_id uuid, p_version int, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    l kf.booking_link;
BEGIN
    SELECT x.* INTO l FROM kf.booking_link x WHERE x.tenant_id = p_tenant AND x.link_id = p_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM kf.version_check(l.version, p_version);
    l := kf.link_of(l, p);
    UPDATE kf.booking_link x
    SET (name, service_id, professional_id, locked, language, expires_at, max_uses, active, version) =
        (l.name, l.service_id, l.professional_id, l.locked, l.language, l.expires_at, l.max_uses, l.active, l.version + 1)
    WHERE x.tenant_id = p_tenant AND x.link_id = p_id;
    RETURN kf.link_get(p_tenant, p_id);
END
$$;
