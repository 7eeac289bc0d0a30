-- A tenant's rows are seen and written only under that tenant; without one, nothing is.
DO $$
DECLARE
    c pg_class;
BEGIN
    FOR c IN
        SELECT x.* FROM pg_class x
        JOIN pg_attribute a ON a.attrelid = x.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
        WHERE x.relnamespace = 'kf'::regnamespace AND x.relkind IN ('r', 'p')
    LOOP
        IF NOT c.relrowsecurity THEN
            EXECUTE format('ALTER TABLE kf.%I ENABLE ROW LEVEL SECURITY', c.relname);
        END IF;
        IF NOT c.relforcerowsecurity THEN
            EXECUTE format('ALTER TABLE kf.%I FORCE ROW LEVEL SECURITY', c.relname);
        END IF;
        PERFORM kf.policy_put(format('kf.%I', c.relname)::regclass, 'tenant',
            $p$USING ((tenant_id = (NULLIF(current_setting('kf.tenant'::text, true), ''::text))::uuid))
               WITH CHECK ((tenant_id = (NULLIF(current_setting('kf.tenant'::text, true), ''::text))::uuid))$p$);
    END LOOP;
END
$$;
