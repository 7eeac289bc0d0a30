-- All tables with rows of tenants, each after the tables that it references.
CREATE OR REPLACE FUNCTION kf.tenant_tables() RETURNS TABLE (name text, depth int)
LANGUAGE sql STABLE
AS $$
    WITH RECURSIVE held AS (
        SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
        WHERE c.relnamespace = 'kf'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    ), deep AS (
        SELECT held.oid, 0 AS depth FROM held
        UNION
        SELECT k.conrelid, deep.depth + 1
        FROM deep JOIN pg_constraint k ON k.contype = 'f' AND k.confrelid = deep.oid AND k.conrelid <> k.confrelid
        WHERE deep.depth < 50
    )
    SELECT c.relname::text, max(deep.depth) FROM deep JOIN pg_class c ON c.oid = deep.oid GROUP BY 1 ORDER BY 2, 1
$$;

-- The columns of a table that are not exported: sealed values, hashes of credentials, secret ids, and values derived
-- from other columns.
CREATE OR REPLACE FUNCTION kf.export_hidden(p_table text) RETURNS text[]
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(array_agg(a.attname::text), '{}') FROM pg_attribute a
    WHERE a.attrelid = ('kf.' || quote_ident(p_table))::regclass AND a.attnum > 0 AND NOT a.attisdropped
      AND (a.attname ~ '(^sealed$|_sealed$|_hash$|^hook_id$|^sync_token$|^lease)' OR a.attgenerated <> '')
$$;

-- Opens the cursor "tenant_export" for the rest of the transaction: each row of a tenant as a line {"table", "row"},
-- referenced rows first, without secrets. Bytes of messages are text.
CREATE OR REPLACE FUNCTION kf.tenant_export(p_tenant uuid) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    c refcursor := 'tenant_export';
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_sql text;
BEGIN
    IF NOT EXISTS (SELECT FROM kf.tenant t WHERE t.tenant_id = p_tenant) THEN
        PERFORM kf.refuse('KF404', 'There is no such tenant');
    END IF;
    SELECT string_agg(format('SELECT jsonb_build_object(''table'', %L, ''row'', (to_jsonb(x) - %L::text[])%s)::text FROM kf.%I x'
                             ' WHERE x.tenant_id = %L', s.name, kf.export_hidden(s.name), s.bytes, s.name, p_tenant),
                      ' UNION ALL ' ORDER BY s.depth, s.name)
    INTO v_sql
    FROM (SELECT l.name, l.depth, (SELECT coalesce(string_agg(format(
                     ' || jsonb_build_object(%L, kf.bytes_text(x.%I))', a.attname, a.attname), ''), '')
                 FROM pg_attribute a
                 WHERE a.attrelid = ('kf.' || quote_ident(l.name))::regclass AND a.atttypid = 'bytea'::regtype
                   AND a.attname IN ('body', 'answer')) AS bytes
          FROM kf.tenant_tables() l) s;
    PERFORM kf.audit_put(p_tenant, 'export_started', 'tenant', p_tenant::text, '');
    OPEN c NO SCROLL FOR EXECUTE v_sql;
END
$$;
