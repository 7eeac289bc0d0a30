-- The feed of an address, with its title. state: "open", "over" (revoked, or the professional is gone), "suspended". No
-- row: unknown. Reading is recorded, at most once an hour.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.feed_find(p_hash bytea)
RETURNS TABLE (tenant_id uuid, feed_id uuid, professional text, business text, language text, state text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_read timestamptz;
BEGIN
    SELECT x.tenant_id, x.feed_id, f.name, t.name, t.language,
           CASE WHEN x.revoked_at IS NOT NULL OR f.archived_at IS NOT NULL THEN 'over'
                WHEN t.status = 'suspended' THEN 'suspended' ELSE 'open' END, x.read_at
    INTO tenant_id, feed_id, professional, business, language, state, v_read
    FROM kf.feed x
    JOIN kf.professional f ON f.tenant_id = x.tenant_id AND f.professional_id = x.professional_id
    JOIN kf.tenant t ON t.tenant_id = x.tenant_id
    WHERE x.token_hash = p_hash;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF state = 'open' AND (v_read IS NULL OR v_read < v_now - interval '1 hour') THEN
        UPDATE kf.feed x SET read_at = v_now WHERE x.token_hash = p_hash;
    END IF;
    RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION kf.feed_find FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.feed_find TO konfirmado_app, konfirmado_owner;
RESET ROLE;
