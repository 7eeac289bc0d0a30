-- Adds up the counted steps of past days, by the day in each tenant's zone. The same statement deletes the events that
-- it adds, so that none counts twice and late events are still added. Returns the number of events, at most p_limit.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.figures_roll(p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_count int;
BEGIN
    WITH due AS (
        SELECT e.tenant_id, e.event_id, (e.at AT TIME ZONE t.time_zone)::date AS day, e.step, e.n
        FROM kf.funnel_event e JOIN kf.tenant t USING (tenant_id)
        WHERE (e.at AT TIME ZONE t.time_zone)::date < (kf.now() AT TIME ZONE t.time_zone)::date
        ORDER BY e.at LIMIT p_limit
    ), gone AS (
        DELETE FROM kf.funnel_event e USING due d
        WHERE e.tenant_id = d.tenant_id AND e.event_id = d.event_id
        RETURNING d.tenant_id, d.day, d.step, d.n
    ), kept AS (
        INSERT INTO kf.daily_figure AS f (tenant_id, day, measure, value)
        SELECT g.tenant_id, g.day, g.step, sum(g.n) FROM gone g GROUP BY 1, 2, 3
        ON CONFLICT (tenant_id, day, measure) DO UPDATE SET value = f.value + EXCLUDED.value
    )
    SELECT count(*) INTO v_count FROM gone;
    RETURN v_count;
END
$$;
REVOKE ALL ON FUNCTION kf.figures_roll FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.figures_roll TO konfirmado_app, konfirmado_owner;
RESET ROLE;
