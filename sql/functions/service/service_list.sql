-- Every service of a tenant, archived ones too.
CREATE OR REPLACE FUNCTION kf.service_list(p_tenant uuid)
RETURNS TABLE (service_id uuid, doc jsonb)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    RETURN QUERY
    SELECT s.service_id, kf.iso_times(to_jsonb(s) - 'tenant_id', s.service_id) || jsonb_build_object(
        'charge_cents', kf.service_charge(s.charge_type, s.price_cents, s.deposit_percent, s.deposit_cents))
    FROM kf.service s WHERE s.tenant_id = p_tenant ORDER BY s.position, s.name, s.service_id;
END
$$;
