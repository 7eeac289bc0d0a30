-- kf.windows of several professionals, numbered from 1 in the given order.
CREATE OR REPLACE FUNCTION kf.windows_many(p_tenant uuid, p_professionals uuid[],
                                           p_from timestamptz, p_to timestamptz)
RETURNS TABLE (no int, origin timestamptz, lo timestamptz, hi timestamptz, until timestamptz)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true);
    RETURN QUERY
    SELECT u.n::int, w.origin, w.lo, w.hi, w.until
    FROM unnest(p_professionals) WITH ORDINALITY AS u(id, n),
         LATERAL kf.windows(p_tenant, u.id, p_from, p_to) w
    ORDER BY u.n, w.lo;
END
$$;
