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
    LOOP
        PERFORM kf.policy_put(t, 'backup', 'FOR SELECT TO konfirmado_backup USING (true)');
    END LOOP;
END
$$;
