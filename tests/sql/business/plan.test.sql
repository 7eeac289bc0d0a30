-- The most frequent statement uses only the index, including row security.
BEGIN;
SELECT no_plan();
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1);
INSERT INTO kf.professional (tenant_id, professional_id, name, time_zone, created_at)
    SELECT t.id(100), gen_random_uuid(), 'P ' || i, 'UTC', now() FROM generate_series(1, 200) i;
INSERT INTO kf.claim (tenant_id, claim_id, professional_id, service_id, starts_at, ends_at, slot_start, slot_end, state, token_hash,
                      price_cents, charge_cents, currency, customer_zone, created_at)
    SELECT p.tenant_id, gen_random_uuid(), p.professional_id, t.id(101), s, s + interval '30 minutes', s, s + interval '30 minutes', 'booked',
           sha256(uuid_send(gen_random_uuid())), 1, 1, 'COP', 'UTC', now()
    FROM kf.professional p, generate_series(1, 100) i, LATERAL (SELECT timestamptz '2026-06-01' + i * interval '12 hours') q(s);
ANALYZE kf.claim;
SET ROLE konfirmado_app;
SET plan_cache_mode = force_generic_plan;
SELECT set_config('kf.tenant', t.id(100)::text, true);
-- The statement of kf.busy_read, taken from the function itself.
CREATE FUNCTION pg_temp.plan_of() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    v text := substring((SELECT prosrc FROM pg_proc WHERE proname = 'busy_read') FROM 'RETURN QUERY\s+(SELECT no, [^;]*);');
BEGIN
    v := regexp_replace(v, 'SELECT no, ', 'SELECT ');
    v := replace(replace(replace(v, 'p_tenant', '$1'), 'v_professional', '$2'), 'v_earliest', '$3');
    v := replace(replace(replace(v, 'p_to', '$4'), 'p_from', '$5'), 'v_now', '$6');
    EXECUTE 'PREPARE busy (uuid, uuid, timestamptz, timestamptz, timestamptz, timestamptz) AS ' || v;
    RETURN QUERY EXECUTE format('EXPLAIN EXECUTE busy (%L, %L, now(), now(), now(), now())', t.id(100), t.id(111));
END
$$;
CREATE TEMP TABLE plan AS SELECT string_agg(l, E'\n') AS text FROM pg_temp.plan_of() l;
SELECT matches((SELECT text FROM plan), 'Index Only Scan using claim_busy on claim', 'by the index alone');
SELECT matches((SELECT text FROM plan), 'Index Cond: .*tenant_id = .*professional_id = .*starts_at > .*starts_at < ', 'bounded on both sides');
SELECT doesnt_match((SELECT text FROM plan), 'Sort', 'in the order of the index');
SELECT matches((SELECT text FROM plan), 'current_setting', 'under row security');

-- The exclusion constraint's index is never used for reading, whatever the statistics are.
RESET ROLE;
DROP INDEX kf.claim_busy;
SET enable_seqscan = off;
SET ROLE konfirmado_app;
DEALLOCATE busy;
SELECT doesnt_match((SELECT string_agg(l, E'\n') FROM pg_temp.plan_of() l), 'claim_no_overlap', 'not by the index of the guard');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
