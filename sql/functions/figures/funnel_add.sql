-- Adds the steps of customers that a process has counted: [{tenant, step, n}, ...].
CREATE OR REPLACE FUNCTION kf.funnel_add(p jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    e record;
BEGIN
    FOR e IN SELECT * FROM jsonb_to_recordset(p) AS x(tenant uuid, step text, n int) LOOP
        PERFORM set_config('kf.tenant', e.tenant::text, true);
        INSERT INTO kf.funnel_event (tenant_id, at, step, n)
        SELECT t.tenant_id, kf.now(), e.step, e.n FROM kf.tenant t WHERE t.tenant_id = e.tenant;
    END LOOP;
END
$$;
