-- Writes a row of a tenant's table: all columns except its key (tenant_id and p_key).
CREATE OR REPLACE FUNCTION kf.row_put(p_table text, p_key text, p_row jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format($q$
        UPDATE kf.%1$I x SET (%2$s) = (SELECT %2$s FROM jsonb_populate_record(NULL::kf.%1$I, $1))
        WHERE x.tenant_id = ($1->>'tenant_id')::uuid AND x.%3$I = ($1->>%3$L)::uuid $q$,
        p_table, (SELECT string_agg(quote_ident(k), ', ' ORDER BY k) FROM jsonb_object_keys(p_row) k WHERE k <> ALL (ARRAY['tenant_id', p_key])),
        p_key)
    USING p_row;
END
$$;
