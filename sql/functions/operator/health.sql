-- The health check of servers of version 7, which accept only their own number. So they get it as long as they are
-- served (kf.meta 'serves'). Newer servers read the tables.
CREATE OR REPLACE FUNCTION kf.health()
RETURNS TABLE (schema_version int, now timestamptz, test_clock boolean)
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY SELECT 7, kf.now(),
        coalesce((SELECT x.value = 'true' FROM kf.meta x WHERE x.key = 'test_clock'), false);
END
$$;
