-- A tenant's accounts without their secrets, the active one first.
CREATE OR REPLACE FUNCTION kf.payment_account_list(p_tenant uuid) RETURNS TABLE (provider text, doc jsonb)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    RETURN QUERY
    SELECT a.provider, kf.iso_times(to_jsonb(a) - ARRAY['tenant_id', 'private_key_sealed', 'integrity_secret_sealed',
                                                        'events_secret_sealed'], NULL) - 'id'
    FROM kf.payment_account a WHERE a.tenant_id = p_tenant ORDER BY a.active DESC, a.provider, a.mode;
END
$$;
