-- Brings an archived service back into the offer.
CREATE OR REPLACE FUNCTION kf.service_restore(p_tenant uuid, p_id uuid, p_version int) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    s kf.service := kf.service_lock(p_tenant, p_id, p_version);
BEGIN
    IF s.archived_at IS NOT NULL THEN
        PERFORM kf.setup_check(p_tenant, 'services');
    END IF;
    UPDATE kf.service x SET active = true, archived_at = NULL, version = x.version + 1
    WHERE x.tenant_id = p_tenant AND x.service_id = s.service_id AND x.archived_at IS NOT NULL;
    RETURN kf.service_get(p_tenant, p_id);
END
$$;
