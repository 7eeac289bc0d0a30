-- A refund; null if there is none.
CREATE OR REPLACE FUNCTION kf.refund_get(p_tenant uuid, p_id uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    RETURN (SELECT kf.refund_doc(r, kf.tenant_zone(p_tenant)) FROM kf.refund r
            WHERE r.tenant_id = p_tenant AND r.refund_id = p_id);
END
$$;
