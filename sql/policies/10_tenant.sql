-- A tenant's rows are seen and written only under that tenant; without one, nothing is.
SET client_min_messages = warning;
DO $$
DECLARE
    t regclass;
BEGIN
    FOR t IN
        SELECT c.oid FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
        WHERE c.relnamespace = 'kf'::regnamespace AND c.relkind IN ('r', 'p')
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('DROP POLICY IF EXISTS tenant ON %s', t);
        EXECUTE format(
            'CREATE POLICY tenant ON %s'
            ' USING (tenant_id = NULLIF(current_setting(''kf.tenant'', true), '''')::uuid)'
            ' WITH CHECK (tenant_id = NULLIF(current_setting(''kf.tenant'', true), '''')::uuid)', t);
    END LOOP;
END
$$;
RESET client_min_messages;
