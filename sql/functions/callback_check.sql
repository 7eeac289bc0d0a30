-- Refuses to send to a merchant who has no address, or whose address said that it is gone.
CREATE OR REPLACE FUNCTION kf.callback_check(p_tenant uuid) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    t kf.tenant;
BEGIN
    SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = p_tenant;
    IF t.callback_url IS NULL THEN
        PERFORM kf.refuse('KF409', 'There is no callback address to send to');
    ELSIF t.callback_disabled_at IS NOT NULL THEN
        PERFORM kf.refuse('KF409', 'The callback address is switched off: save it again');
    END IF;
END
$$;
