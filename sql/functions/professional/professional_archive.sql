-- Removes a professional from the offer. Their bookings stay, and the answer gives the number of future ones.
CREATE OR REPLACE FUNCTION kf.professional_archive(p_tenant uuid, p_id uuid, p_version int) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    f kf.professional := kf.professional_lock(p_tenant, p_id, p_version);
BEGIN
    UPDATE kf.professional x SET active = false, archived_at = kf.now(), version = x.version + 1
    WHERE x.tenant_id = p_tenant AND x.professional_id = f.professional_id AND x.archived_at IS NULL;
    RETURN kf.professional_get(p_tenant, p_id);
END
$$;
