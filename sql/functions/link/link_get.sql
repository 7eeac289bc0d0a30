-- A booking link; null if there is none.
CREATE OR REPLACE FUNCTION kf.link_get(p_tenant uuid, p_id uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
BEGIN
    RETURN (SELECT kf.link_doc(l, kf.tenant_zone(p_tenant)) FROM kf.booking_link l
            WHERE l.tenant_id = p_tenant AND l.link_id = p_id);
END
$$;
