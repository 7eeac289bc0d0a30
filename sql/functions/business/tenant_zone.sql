-- The zone of a tenant, in which the merchant sees all times.
CREATE OR REPLACE FUNCTION kf.tenant_zone(p_tenant uuid) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT t.time_zone FROM kf.tenant t WHERE t.tenant_id = p_tenant);
END
$$;
