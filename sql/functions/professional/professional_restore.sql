-- Brings an archived professional back into the offer.
CREATE OR REPLACE FUNCTION kf.professional_restore(p_tenant uuid, p_id uuid, p_version int) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    f kf.professional := kf.professional_lock(p_tenant, p_id, p_version);
BEGIN
    IF f.archived_at IS NOT NULL THEN
        PERFORM kf.setup_check(p_tenant, 'professionals');
    END IF;
    UPDATE kf.professional x SET active = true, archived_at = NULL, version = x.version + 1
    WHERE x.tenant_id = p_tenant AND x.professional_id = f.professional_id AND x.archived_at IS NOT NULL;
    RETURN kf.professional_get(p_tenant, p_id);
END
$$;
