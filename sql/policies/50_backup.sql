-- The backup reads every row and changes none: a dump has all businesses without a superuser, which no
-- managed PostgreSQL gives.
GRANT USAGE ON SCHEMA kf TO konfirmado_backup;
GRANT SELECT ON ALL TABLES IN SCHEMA kf TO konfirmado_backup;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA kf TO konfirmado_backup;
DO $$
DECLARE
    t regclass;
BEGIN
    FOR t IN
        SELECT c.oid FROM pg_class c
        WHERE c.relnamespace = 'kf'::regnamespace AND c.relkind IN ('r', 'p') AND c.relrowsecurity
          AND NOT EXISTS (SELECT FROM pg_policy y WHERE y.polrelid = c.oid AND y.polname = 'backup')
    LOOP
        EXECUTE format('CREATE POLICY backup ON %s FOR SELECT TO konfirmado_backup USING (true)', t);
    END LOOP;
END
$$;
