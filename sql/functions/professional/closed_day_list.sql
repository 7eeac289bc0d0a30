-- The days on which the whole business is closed.
CREATE OR REPLACE FUNCTION kf.closed_day_list(p_tenant uuid) RETURNS TABLE (day date, doc jsonb)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    RETURN QUERY SELECT c.day, jsonb_build_object('day', c.day, 'reason', c.reason)
    FROM kf.closed_day c WHERE c.tenant_id = p_tenant ORDER BY c.day;
END
$$;
