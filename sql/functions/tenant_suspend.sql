-- Suspends a tenant, or lets it go on.
CREATE OR REPLACE FUNCTION kf.tenant_suspend(p_tenant uuid, p_on boolean) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    UPDATE kf.tenant t SET status = CASE WHEN p_on THEN 'suspended' ELSE 'active' END
    WHERE t.tenant_id = p_tenant;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such tenant');
    END IF;
END
$$;
