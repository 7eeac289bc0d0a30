-- The operator's view of the whole database: kf.metrics_read, signs of life of workers.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
SELECT set_config('kf.tenant', t.id(100)::text, true);

CREATE FUNCTION pg_temp.told(p_family text, p_label text, p_state text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', m.n, m.age_s) FROM kf.metrics_read() m
    WHERE m.family = p_family AND m.label = p_label AND m.state IS NOT DISTINCT FROM p_state $$;

SELECT is(pg_temp.told('tenant', 'active'), '2', 'tenants');
SELECT is(pg_temp.told('queue', 'events', 'due'), '0', 'a queue with nothing in it is there');
SELECT kf.event_store(t.id(100), t.id(1), 'wompi', 'tx1 APPROVED', 'tx1', t.ref(1001), 'APPROVED', '\x7b7d');
SELECT kf.event_store(t.id(200), t.id(2), 'wompi', 'tx2 APPROVED', 'tx2', t.ref(1001), 'APPROVED', '\x7b7d');
SELECT t.clock('2026-06-01 12:10Z');
SELECT is(pg_temp.told('queue', 'events', 'due'), '2 600', 'of all tenants, and for how long the oldest is due');
SELECT count(*) FROM kf.work_events(1, 60);
SELECT is(pg_temp.told('queue', 'events', 'due'), '1 600', 'what is leased is not due');
SELECT is(pg_temp.told('queue', 'events', 'open'), '2', 'but not done either');
SELECT t.clock('2026-06-01 12:12Z');
SELECT is(pg_temp.told('queue', 'events', 'due'), '2 720', 'unless its worker let it go');

-- Money.
SELECT t.hold(1, 1001, '2026-06-05 13:00Z'), t.book(1, 1001);
SELECT is(pg_temp.told('attempt', 'wompi', 'open'), '1', 'an open attempt');
SELECT is(pg_temp.told('money', 'unanswered'), '0', 'nobody waits for it');
DO $$ BEGIN
    FOR i IN 1..3 LOOP
        PERFORM t.clock(kf.now() + interval '3 minutes');
        PERFORM kf.poll_result(a.tenant_id, a.attempt_id, 0, false, 'retry: it does not answer') FROM kf.work_polls(1, 30) a;
    END LOOP;
END $$;
SELECT is(pg_temp.told('money', 'unanswered'), '1 540', 'the provider does not answer for it');
SELECT outcome FROM kf.payment_apply(t.id(100), t.id(900), 'wompi', 'tx900', t.ref(1001), 'APPROVED', 7, 'COP', 'CARD', true, 'poll', 'test');
SELECT t.clock(kf.now() + interval '1 hour');
SELECT is(pg_temp.told('money', 'quarantined'), '1 3600', 'a wrong amount waits for a person');

-- Keys, by the id at the start of sealed texts.
SELECT cmp_ok((SELECT count(*) FROM kf.metrics_read() WHERE family = 'key')::int, '>=', 1, 'keys that seal secrets');

-- Workers.
SELECT is_empty($$ SELECT FROM kf.metrics_read() WHERE family = 'worker' $$, 'none so far');
SELECT kf.worker_seen('node1', '{"mails": 3, "polls": null}');
SELECT kf.worker_seen('node1', '{"mails": 4, "polls": null}'), kf.worker_seen(repeat('x', 300), '{}');
SELECT is((SELECT count(*) FROM kf.metrics_read() WHERE family = 'worker')::int, 2, 'a row for each machine');
SELECT is(pg_temp.told('job', 'node1', 'mails'), '4', 'since when a job could do its work');
SELECT is(pg_temp.told('job', 'node1', 'polls'), '', 'or that it never could');
SELECT throws_ok($$ INSERT INTO kf.meta VALUES ('worker/node2', '{}') $$, '42501', NULL, 'only so');
SELECT throws_ok($$ SELECT kf.worker_seen('node3', 'null'::jsonb || '"x') $$, '22P02', NULL, 'and only JSON');
SET ROLE konfirmado_owner;
UPDATE kf.meta SET value = jsonb_build_object('at', extract(epoch FROM clock_timestamp()) - 8 * 86400, 'jobs', '{}'::jsonb)::text
WHERE key = 'worker/node1';
SET ROLE konfirmado_app;
SELECT kf.worker_seen('node4', '{}');
SELECT is_empty($$ SELECT FROM kf.metrics_read() WHERE family = 'worker' AND label = 'node1' $$, 'a machine that is gone is forgotten');

-- Problems of machines, reported with their sign of life.
CREATE FUNCTION pg_temp.older(p_key text, p_s int) RETURNS void LANGUAGE sql AS $$
    SET ROLE konfirmado_owner;
    UPDATE kf.meta SET value = jsonb_set(value::jsonb, '{at}', to_jsonb((value::jsonb->>'at')::numeric - p_s))::text WHERE key = p_key;
    SET ROLE konfirmado_app $$;
SELECT kf.worker_seen('node4/1', '{}', '{"smtp": 40, "exhausted": 0}'), kf.worker_seen('node5/1', '{}', '{"wompi": 7}');
SELECT is(pg_temp.told('trouble', 'node4', 'smtp'), '40', 'what a machine has trouble with');
SELECT is(pg_temp.told('trouble', 'node4', 'exhausted'), '0', 'in its own words');
SELECT kf.worker_seen('node4/1', '{}');
SELECT is((SELECT string_agg(label, ' ') FROM kf.metrics_read() WHERE family = 'trouble'), 'node5', 'until it takes them back');
SELECT pg_temp.older('worker/node5/1', 61);
SELECT is_empty($$ SELECT FROM kf.metrics_read() WHERE family = 'trouble' $$, 'or has said nothing for a minute');

-- Two httpds on a machine do not overwrite each other's report. The report of an ended one disappears.
SELECT kf.worker_seen('node6/41', '{"mails": 9, "polls": 2}', '{"smtp": 40, "wompi": 5}'), kf.worker_seen('node6/42', '{"mails": 1}', '{"smtp": 90}');
CREATE FUNCTION pg_temp.node6() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', m.family, m.state, m.age_s), ', ' ORDER BY m.family, m.state) FROM kf.metrics_read() m WHERE m.label = 'node6' $$;
SELECT is(pg_temp.node6(), 'job mails 1, job polls 2, trouble smtp 90, trouble wompi 5, worker 0', 'one machine, whoever of its httpds can do a job');
SELECT kf.worker_seen('node6/42', '{"mails": 1}');
SELECT is(pg_temp.node6(), 'job mails 1, job polls 2, trouble smtp 40, trouble wompi 5, worker 0', 'each takes back what it said itself');
SELECT pg_temp.older('worker/node6/41', 120);
SELECT is(pg_temp.node6(), 'job mails 1, worker 0', 'one that was ended says no more');
SELECT pg_temp.older('worker/node6/42', 600);
SELECT is(pg_temp.node6(), 'job mails 129, job polls 122, worker 120', 'and the last of all is what is known');
-- Merchants whose systems do not accept messages.
SELECT is(pg_temp.told('endpoint', 'failing'), '0', 'nobody fails');
SELECT t.hold(2, 1002, '2026-06-06 13:00Z', 2), t.book(2, 1002);
DO $$ BEGIN
    FOR i IN 1..2 LOOP
        PERFORM kf.message_result(m.tenant_id, m.message_id, 500, 9, NULL, NULL, NULL, NULL, 0)
        FROM kf.work_messages(9, 60, 9) m;
        PERFORM set_config('t.failing' || i, pg_temp.told('endpoint', 'failing'), true);
        PERFORM t.clock(kf.now() + interval '10 seconds');
    END LOOP;
END $$;
SELECT is(current_setting('t.failing1') || ' ' || current_setting('t.failing2'), '0 1', 'one does not take a message the second time');
-- Httpds: by machine and process.
SELECT is_empty($$ SELECT FROM kf.metrics_read() WHERE family = 'server' $$, 'none so far');
SELECT kf.server_seen('web1', 41, '{"kids": ["k1"], "pictures": null}'), kf.server_seen('web1', 42, '{"kids": ["k2", "k1"]}'),
       kf.server_seen('web2', 41, '{"kids": ["k2", "k1"], "pictures": "full"}');
SELECT results_eq($$ SELECT node, process FROM kf.servers_seen('k2') $$, $$ VALUES ('web1', 41) $$, 'who does not know a key');
SELECT is_empty($$ SELECT FROM kf.servers_seen('k1') $$, 'all know that one');
SELECT is((SELECT count(*) FROM kf.servers_seen('k3'))::int, 3, 'nobody that one');
SELECT results_eq($$ SELECT label, state, n FROM kf.metrics_read() WHERE family = 'server' ORDER BY 1, 2 $$,
    $$ VALUES ('web1/41', 'keys', 1::bigint), ('web1/42', 'keys', 0), ('web2/41', 'full', NULL), ('web2/41', 'keys', 0) $$,
    'who lacks a key of another, and who has no room for pictures');
SELECT kf.server_seen('web1', 41, '{"kids": ["k3"]}');
SELECT is(pg_temp.told('server', 'web1/42', 'keys'), '1 0', 'a key that only a restarted one knows is lacked by the others');
SELECT is(pg_temp.told('server', 'web1/41', 'keys'), '2 0', 'which may know those that were taken out');
SET ROLE konfirmado_owner;
UPDATE kf.meta SET value = (value::jsonb || jsonb_build_object('at', extract(epoch FROM clock_timestamp()) - 62))::text
WHERE key = 'server/web1/41';
SET ROLE konfirmado_app;
SELECT is_empty($$ SELECT FROM kf.servers_seen('k2') $$, 'who gave no sign for a minute is gone, as its machine gave one since');
SELECT results_eq($$ SELECT node FROM kf.servers_seen('k3') $$, $$ VALUES ('web1'), ('web2') $$, 'others do not know that key');
SET ROLE konfirmado_owner;
UPDATE kf.meta SET value = (value::jsonb || jsonb_build_object('at', extract(epoch FROM clock_timestamp()) - 3600))::text
WHERE key = 'server/web2/41';
SET ROLE konfirmado_app;
SELECT results_eq($$ SELECT node FROM kf.servers_seen('k3') $$, $$ VALUES ('web1'), ('web2') $$,
                  'nor does a machine of which nobody has given a sign since');
SELECT results_eq($$ SELECT DISTINCT node FROM kf.servers_seen() $$, $$ VALUES ('web1') $$, 'which is not seen now');
SELECT is(pg_temp.told('server', 'web1/42', 'keys'), '0 0', 'and nobody is measured by it');
SET ROLE konfirmado_owner;
UPDATE kf.meta SET value = (value::jsonb || jsonb_build_object('at', extract(epoch FROM clock_timestamp()) - 86500))::text
WHERE key = 'server/web1/41';
SET ROLE konfirmado_app;
SELECT kf.server_seen(repeat('x', 300), 1, '{"kids": []}');
SELECT is((SELECT count(*) FROM kf.meta WHERE key LIKE 'server/%')::int, 3, 'and is forgotten after a day');
SELECT throws_ok($$ INSERT INTO kf.meta VALUES ('server/web9/1', '{}') $$, '42501', NULL, 'a sign is given in no other way');

-- Background work that is switched off.
SELECT is(pg_temp.told('jobs', 'off'), '0', 'it is done');
SET ROLE konfirmado_owner;
INSERT INTO kf.meta VALUES ('jobs', 'off') ON CONFLICT (key) DO UPDATE SET value = 'off';
SET ROLE konfirmado_app;
SELECT is(pg_temp.told('jobs', 'off'), '1', 'switched off');
SET ROLE konfirmado_owner;
UPDATE kf.meta SET value = 'on' WHERE key = 'jobs';
SET ROLE konfirmado_app;
SELECT is(pg_temp.told('jobs', 'off'), '0', 'and on again');

-- Finished work is not read, however much there is.
RESET ROLE;
SET session_replication_role = replica;
INSERT INTO kf.webhook_event (tenant_id, event_id, provider, dedupe_key, tx_id, reference, status, body, received_at, processed_at, next_attempt_at)
    SELECT t.id(100), t.id(20000 + i), 'wompi', 'k' || i, 't', 'r', 'APPROVED', '', kf.now(), kf.now(), kf.now() FROM generate_series(1, 20000) i;
INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, language, state, next_attempt_at, created_at)
    SELECT t.id(100), t.id(20000 + i), 'reset', 'a@b', 'es', 'sent', kf.now(), kf.now() FROM generate_series(1, 20000) i;
RESET session_replication_role;
ANALYZE kf.webhook_event, kf.mail;
SET ROLE konfirmado_app;
SET plan_cache_mode = force_generic_plan;
CREATE FUNCTION pg_temp.seen() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT (SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables WHERE schemaname = 'kf' AND relname IN ('webhook_event', 'mail'))::bigint $$;
DO $$
DECLARE v bigint := pg_temp.seen();
BEGIN
    PERFORM FROM kf.metrics_read();
    PERFORM set_config('t.reads', (pg_temp.seen() - v)::text, true);
END $$;
SELECT cmp_ok(current_setting('t.reads')::int, '<', 200, 'rows that are done are not read');
SELECT * FROM finish();
ROLLBACK;
