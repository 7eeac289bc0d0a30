-- What the module asks at start and in its health check.
CREATE OR REPLACE FUNCTION kf.health()
RETURNS TABLE (schema_version int, now timestamptz, test_clock boolean)
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY SELECT (SELECT max(m.version) FROM kf.migration m), kf.now(),
        coalesce((SELECT x.value = 'true' FROM kf.meta x WHERE x.key = 'test_clock'), false);
END
$$;
