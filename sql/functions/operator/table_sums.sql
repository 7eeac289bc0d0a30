-- The number of rows of each table and an order-independent sum of their contents: equal before a dump and after its
-- restore. (The state of the jobs and their workers is excluded.)
CREATE OR REPLACE FUNCTION kf.table_sums() RETURNS TABLE (name text, n bigint, sum text)
LANGUAGE plpgsql STABLE
SET timezone = 'UTC' SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET bytea_output = 'hex'
AS $$
BEGIN
    FOR name IN
        SELECT c.relname FROM pg_class c
        WHERE c.relnamespace = 'kf'::regnamespace AND c.relkind = 'r' ORDER BY c.relname
    LOOP
        RETURN QUERY EXECUTE format(
            'SELECT %L::text, count(*), coalesce(sum((''x'' || left(md5(x::text), 15))::bit(60)::bigint), 0)::text FROM kf.%I x%s',
            name, name, CASE WHEN name = 'meta' THEN ' WHERE x.key <> ''jobs'' AND x.key NOT LIKE ''%/%''' ELSE '' END);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION kf.table_sums TO konfirmado_backup;
