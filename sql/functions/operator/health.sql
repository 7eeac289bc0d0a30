-- What servers of version 7 ask at start and in their health check. They want their own number and no other:
-- so they are told it as long as they are served (kf.meta 'serves'). Newer ones read the tables.
CREATE OR REPLACE FUNCTION kf.health()
RETURNS TABLE (schema_version int, now timestamptz, test_clock boolean)
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY SELECT 7, kf.now(),
        coalesce((SELECT x.value = 'true' FROM kf.meta x WHERE x.key = 'test_clock'), false);
END
$$;
