-- Every link of a tenant, newest first.
CREATE OR REPLACE FUNCTION kf.link_list(p_tenant uuid)
RETURNS TABLE (link_id uuid, doc jsonb)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    RETURN QUERY
    SELECT l.link_id, kf.iso_times(
        to_jsonb(l) - 'tenant_id' || CASE WHEN l.max_uses IS NULL THEN jsonb_build_object('uses', kf.link_booked(l)) ELSE '{}' END,
        l.link_id)
    FROM kf.booking_link l
    WHERE l.tenant_id = p_tenant ORDER BY l.created_at DESC, l.link_id;
END
$$;
