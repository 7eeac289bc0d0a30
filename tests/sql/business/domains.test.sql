-- Businesses' own domains: only a record proves one, a mere claim blocks nobody.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SET plan_cache_mode = force_generic_plan;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2), t.tenant(3);

CREATE FUNCTION pg_temp.want(p_n int, p_domain text) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.branding_change(%L, NULL, %L)', t.id(p_n * 100), jsonb_build_object('custom_domain', p_domain))) $$;
CREATE FUNCTION pg_temp.value(p_n int) RETURNS text LANGUAGE sql AS $$ SELECT kf.domain_get(t.id(p_n * 100))->>'value' $$;
-- The record contains the texts of these businesses, and other text.
CREATE FUNCTION pg_temp.told(p_domain text, p_of int[], p_more text[] DEFAULT '{}') RETURNS void LANGUAGE sql AS $$
    SELECT kf.domain_told(p_domain, ARRAY(SELECT pg_temp.value(n) FROM unnest(p_of) n) || p_more) $$;
-- The state of each business, what was found, and the time of the next check.
CREATE FUNCTION pg_temp.states() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', n, d->>'state', d->>'answer', (d->>'next_check_at')::timestamptz - kf.now()), ', ' ORDER BY n)
    FROM (SELECT n, kf.domain_get(t.id(n * 100)) AS d FROM generate_series(1, 3) n) x WHERE d IS NOT NULL $$;
CREATE FUNCTION pg_temp.owner(p_domain text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce((SELECT ltrim(right(tenant_id::text, 12), '0') FROM kf.tenant_find('domain', p_domain)), 'nobody') $$;

-- A claim.
SELECT is(pg_temp.want(1, 'citas.example'), 'ok', 'anybody may say so');
SELECT is(pg_temp.owner('citas.example'), 'nobody', 'which proves nothing');
SELECT is(kf.branding_get(t.id(100))->>'custom_domain', 'citas.example', 'though it is what they said');
SELECT is(pg_temp.want(2, 'citas.example'), 'ok', 'and keeps nobody else from saying it');
SELECT isnt(pg_temp.value(1), pg_temp.value(2), 'each has a text of its own');
SELECT is(kf.domain_get(t.id(100)) - ARRAY['value', 'next_check_at'], '{"domain": "citas.example", "state": "pending", "record": "_konfirmado.citas.example",
    "answer": null, "checked_at": null, "ends_at": null}'::jsonb, 'what is to be done');
SELECT is(pg_temp.want(1, 'citas.example'), 'ok', 'said again');
SELECT set_config('x.value', pg_temp.value(1), true);
SELECT is(pg_temp.want(1, 'otra.example'), 'ok', 'another one');
SELECT isnt(pg_temp.value(1), current_setting('x.value'), 'has another text');
SELECT is(pg_temp.want(1, 'citas.example'), 'ok', 'and back');
SELECT is((SELECT count(*)::int FROM (SELECT set_config('kf.tenant', t.id(100)::text, true)) s, kf.audit a WHERE a.after ? 'custom_domain'), 3, 'each change is in the audit log');

-- Who checks.
SELECT is(array_agg(d), ARRAY['citas.example'], 'each name is asked for once') FROM kf.work_domains(10, 60) d;
SELECT is_empty('SELECT kf.work_domains(10, 60)', 'by one worker');
SELECT pg_temp.told('citas.example', '{}');
SELECT is(pg_temp.states(), '1 pending none 00:01:00, 2 pending none 00:01:00', 'nothing there');
SELECT pg_temp.told('citas.example', '{}', '{v=spf1 -all}');
SELECT is(pg_temp.states(), '1 pending other 00:01:00, 2 pending other 00:01:00', 'something else');
SELECT kf.domain_told('citas.example', NULL);
SELECT is(pg_temp.states(), '1 pending failed 00:01:00, 2 pending failed 00:01:00', 'no answer');
SELECT is_empty('SELECT kf.work_domains(10, 60)', 'not yet again');
SELECT t.clock('2026-06-02 12:00Z');
SELECT is((SELECT count(*) FROM kf.work_domains(10, 60)), 1::bigint, 'in time again');
SELECT pg_temp.told('citas.example', '{}');
SELECT is(pg_temp.states(), '1 pending none 12:00:00, 2 pending none 12:00:00', 'ever less often');
SELECT t.clock('2026-07-02 12:00Z');
SELECT pg_temp.told('citas.example', '{}');
SELECT is(pg_temp.states(), '1 pending none, 2 pending none', 'and at last no more');
SELECT is((kf.domain_check(t.id(200))->>'next_check_at')::timestamptz - kf.now(), '10 seconds', 'until they ask');
SELECT is(kf.domain_check(t.id(300)), NULL, 'who has none has nothing to ask for');

-- Proof. The squatter claimed first and has no record.
SELECT pg_temp.told('citas.example', '{2}');
SELECT is(pg_temp.states(), '1 pending other, 2 proven found 1 day', 'the record decides');
SELECT is(pg_temp.owner('citas.example'), '200', 'and the domain is theirs');
SELECT set_config('kf.tenant', t.id(200)::text, true);
SELECT is((SELECT a.actor_kind || ' ' || a.after FROM kf.audit a ORDER BY a.audit_id DESC LIMIT 1), 'system {"custom_domain": "citas.example"}', 'the log says so');
SELECT is(pg_temp.want(3, 'citas.example'), 'ok', 'a third one may say so');
SELECT pg_temp.told('citas.example', '{2,3}');
SELECT is(pg_temp.states(), '1 pending other, 2 proven found 1 day, 3 taken found 00:01:00', 'who was there keeps it while their record is');
SELECT is(pg_temp.owner('citas.example'), '200', 'still theirs');
SELECT kf.domain_told('citas.example', NULL);
SELECT is(split_part(pg_temp.states(), ', ', 2), '2 proven failed 01:00:00', 'a name server that is away takes nothing');
SELECT pg_temp.told('citas.example', '{3}');
SELECT is(pg_temp.states(), '1 pending other, 2 pending other 00:01:00, 3 proven found 1 day', 'whose record alone is there has it at once');
SELECT is(pg_temp.owner('citas.example'), '300', 'the zone''s owner has said so');

-- A removed record.
SELECT t.clock('2026-07-03 12:00Z');
SELECT pg_temp.told('citas.example', '{}');
SELECT is(split_part(pg_temp.states(), ', ', 3), '3 missing none 01:00:00', 'is missed');
SELECT is((kf.domain_get(t.id(300))->>'ends_at')::timestamptz, '2026-07-10 12:00Z', 'for seven days');
SELECT is(pg_temp.owner('citas.example'), '300', 'in which it works');
SELECT t.clock('2026-07-10 11:59Z');
SELECT pg_temp.told('citas.example', '{}');
SELECT is(pg_temp.owner('citas.example'), '300', 'to the end');
SELECT pg_temp.told('citas.example', '{3}');
SELECT is(split_part(pg_temp.states(), ', ', 3), '3 proven found 1 day', 'put back');
SELECT is(kf.domain_get(t.id(300))->>'ends_at', NULL, 'all is well');
SELECT pg_temp.told('citas.example', '{}');
SELECT t.clock('2026-07-17 12:00Z');
SELECT pg_temp.told('citas.example', '{}');
SELECT is(pg_temp.owner('citas.example'), 'nobody', 'then it is nobody''s');
SELECT is(split_part(pg_temp.states(), ', ', 3), '3 pending none 00:01:00', 'and can be proven again');
SELECT pg_temp.told('citas.example', '{3}');
SELECT is(pg_temp.owner('citas.example'), '300', 'as it is');

-- Another domain, or none.
SELECT is(pg_temp.want(3, 'nueva.example'), 'ok', 'another domain');
SELECT is(pg_temp.owner('citas.example') || ' ' || pg_temp.owner('nueva.example'), 'nobody nobody', 'is to be proven, and the former goes');
SELECT is(pg_temp.want(3, NULL), 'ok', 'none');
SELECT is(kf.domain_get(t.id(300)), NULL, 'is none');
SELECT kf.domain_told('nueva.example', '{}');
SELECT is(t.refusal(format('SELECT kf.tenant_create(%L, %L)', t.id(400), '{"subdomain":"tenant4","name":"Cuatro","custom_domain":"citas.example"}'::jsonb)), 'ok', 'nor does a new business have one at once');
SELECT is(pg_temp.owner('citas.example'), 'nobody', 'without proof');
SELECT * FROM finish();
ROLLBACK;
