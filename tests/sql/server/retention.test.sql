-- Customer data that a business keeps only for a while; and the feed of a professional.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2), t.tenant(3);
CREATE FUNCTION pg_temp.at(n int) RETURNS void LANGUAGE sql AS $$ SELECT set_config('kf.tenant', t.id(n * 100)::text, true) $$;
-- Bookings of tenant p_n at 14:00, 15:00 and 16:00 of June 2nd, half an hour each: p_n001 to p_n003, paid.
CREATE FUNCTION pg_temp.three(p_n int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1..3 LOOP
        PERFORM t.hold(p_n, p_n * 1000 + i, '2026-06-02 13:00Z'::timestamptz + make_interval(hours => i)), t.book(p_n, p_n * 1000 + i);
        PERFORM t.pay(p_n, 'tx' || i, t.ref(p_n * 1000 + i), 'APPROVED');
    END LOOP;
END $$;
SELECT pg_temp.three(1), pg_temp.three(2), pg_temp.three(3);
SELECT pg_temp.at(1), kf.booking_cancel(t.id(100), t.id(1003), 'merchant', '');   -- its refund is still pending
UPDATE kf.tenant SET retention_days = 30;
SELECT pg_temp.at(3);
UPDATE kf.tenant SET retention_days = 60;
CREATE FUNCTION pg_temp.known(n int) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.at(n);
    SELECT coalesce(string_agg(right(booking_id::text, 1), '' ORDER BY booking_id), '') FROM kf.booking b WHERE b.tenant_id = t.id(n * 100) AND b.customer_name = 'Ana Pérez' $$;
SELECT pg_temp.at(1);
INSERT INTO kf.waiting (tenant_id, waiting_id, link_id, service_id, day, name, email, language, customer_zone, created_at, state)
    SELECT t.id(100), t.id(1700 + n), t.id(121), t.id(101), '2026-06-01'::date + n, 'Eva Mora', 'eva@example.test', 'es', 'America/Bogota', kf.now(), 'over' FROM generate_series(1, 2) n;
INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, language, next_attempt_at, created_at)
    VALUES (t.id(100), t.id(1801), 'waiting_joined', 'eva@example.test', 'es', kf.now(), kf.now());
SELECT kf.bookings_export_start(t.id(100), '{"search":"Ana"}');

SELECT t.clock('2026-07-02 14:29:59Z');
SELECT is(kf.work_retention(100), 0, 'a second before the thirtieth day is over');
SELECT is(pg_temp.known(1), '123', 'everybody is known');
SELECT t.clock('2026-07-02 14:30:01Z');
SELECT is(kf.work_retention(100), 1, 'and one after it');
SELECT is(pg_temp.known(1) || ' ' || pg_temp.known(2) || ' ' || pg_temp.known(3), '23 123 123', 'the one that ended then, of that business');
SELECT is(kf.work_retention(100), 0, 'once');
SELECT pg_temp.at(1);
SELECT is((SELECT coalesce(a.actor_name, '') || a.actor_kind || a.after::text FROM kf.audit a WHERE a.action = 'retention_applied'), 'system{"count": 1}', 'the log tells of it');
SELECT is((SELECT a.after->>'search' FROM kf.audit a WHERE a.action = 'export_started'), '***', 'searches as old as that are covered');
SELECT t.clock('2026-07-03 04:59:59Z');
SELECT is(kf.work_retention(1), 1, 'a few at a time: the second booking');
SELECT is(kf.work_retention(100), 0, 'a place in line stays until its day is as long ago');
SELECT t.clock('2026-07-03 05:00Z');
SELECT is(kf.work_retention(100), 1, 'by the clock of the business');
SELECT pg_temp.at(1);
SELECT is((SELECT count(*)::int || ' ' || min(day)::text FROM kf.waiting), '1 2026-06-03', 'the other day is still kept');
SELECT is((SELECT m.to_address || m.state FROM kf.mail m WHERE m.mail_id = t.id(1801)), 'erased@erased.invalidskipped', 'and of the mails nothing is told any more');
SELECT is(pg_temp.known(1), '3', 'who is owed money is known');
SELECT kf.refund_result(t.id(100), r.refund_id, 'done', NULL, NULL) FROM kf.refund r;
SELECT t.clock('2026-07-31 00:00Z');
SELECT pg_temp.at(2);
SELECT is(kf.work_retention(100), 2, 'until it went back');
SELECT is(current_setting('kf.tenant'), t.id(200)::text, 'whoever asked is still who they were');
SELECT is(pg_temp.known(1) || '.' || pg_temp.known(2) || '.' || pg_temp.known(3), '.123.123', 'the others keep theirs, for longer or for ever');
SELECT is((SELECT count(*)::int FROM kf.mail m WHERE m.tenant_id = t.id(100) AND m.state = 'due' AND m.booking_id IS NOT NULL), 0, 'no mail of theirs waits');
SELECT is(t.ledger(1), '9000000=6000000+0+0+3000000', 'the sums are there');

-- A feed: one URL at a time, by its hash.
SELECT t.clock('2026-06-01 13:00Z');
SELECT pg_temp.at(2);
CREATE FUNCTION pg_temp.feed(p text) RETURNS text LANGUAGE sql AS $$ SELECT coalesce((SELECT concat_ws(' ', right(f.feed_id::text, 3), f.professional, f.business, f.language, f.state) FROM kf.feed_find(t.hash(p)) f), 'nobody''s') $$;
SELECT is(kf.feed_get(t.id(200), t.id(211)), NULL, 'there is none yet');
SELECT is(kf.feed_create(t.id(200), t.id(299), t.id(901), t.hash('one')), NULL, 'nobody has one');
SELECT is(t.refusal('SELECT kf.feed_revoke(t.id(200), t.id(211))'), 'KF409', 'nothing to revoke');
SELECT is(kf.feed_create(t.id(200), t.id(211), t.id(901), t.hash('one')), jsonb_build_object('id', t.id(901), 'created_at', '2026-06-01T08:00:00-05:00', 'read_at', NULL), 'made');
SELECT is(pg_temp.feed('one'), '901 Professional 1 Tenant 2 es open', 'whose it is');
SELECT is(pg_temp.feed('two'), 'nobody''s', 'guessed');
SELECT is(kf.feed_get(t.id(200), t.id(211))->>'read_at', '2026-06-01T08:00:00-05:00', 'that it is read is seen');
SELECT t.clock('2026-06-01 13:59Z');
SELECT pg_temp.feed('one');
SELECT is(kf.feed_get(t.id(200), t.id(211))->>'read_at', '2026-06-01T08:00:00-05:00', 'by the hour');
SELECT kf.feed_create(t.id(200), t.id(211), t.id(902), t.hash('two'));
SELECT is(pg_temp.feed('one') || ', ' || pg_temp.feed('two'), '901 Professional 1 Tenant 2 es over, 902 Professional 1 Tenant 2 es open', 'a new one ends the former');
SELECT is_empty('SELECT * FROM kf.feed_read(t.id(200), t.id(901))', 'which tells nothing any more');
SELECT results_eq($$ SELECT right(f.booking_id::text, 4), f.sequence, f.slot_start, f.service, f.customer_name, f.customer_phone FROM kf.feed_read(t.id(200), t.id(902)) f $$,
    $$ SELECT '200' || n, 0, '2026-06-02 13:00Z'::timestamptz + make_interval(hours => n), 'Consulta', 'Ana Pérez', '+573001234567' FROM generate_series(1, 3) n $$, 'the bookings by time');
SELECT is_empty('SELECT * FROM kf.feed_read(t.id(100), t.id(902))', 'another business reads nothing');
SELECT kf.booking_cancel(t.id(200), t.id(2001), 'merchant', '');
SELECT t.hold(2, 2004, '2026-06-03 14:00Z'), t.book(2, 2004);   -- not paid
SELECT t.hold(2, 2005, '2026-06-03 15:00Z', 1, 12), t.book(2, 2005), t.pay(2, 'tx5', t.ref(2005), 'APPROVED');   -- another customer's
CREATE FUNCTION pg_temp.in_feed() RETURNS text LANGUAGE sql AS $$ SELECT coalesce(string_agg(right(f.booking_id::text, 4), ' ' ORDER BY f.slot_start), '') FROM kf.feed_read(t.id(200), t.id(902)) f $$;
SELECT is(pg_temp.in_feed(), '2002 2003', 'neither what was cancelled, nor unpaid, nor another''s');
SELECT t.clock('2026-06-03 13:00Z');
SELECT kf.booking_mark(t.id(200), t.id(2002), NULL, '{"status":"no_show"}') IS NOT NULL;
SELECT is(pg_temp.in_feed(), '2002 2003', 'what is over stays for a while');
SELECT kf.booking_scrub(t.id(200), t.id(2002)) IS NOT NULL;
SELECT is(pg_temp.in_feed(), '2003', 'who is forgotten does not');
SELECT t.clock('2026-07-02 16:00Z');
SELECT is(pg_temp.in_feed(), '2003', 'thirty days');
SELECT t.clock('2026-07-02 16:00:01Z');
SELECT is(pg_temp.in_feed(), '', 'and no longer');
SELECT kf.tenant_suspend(t.id(200), true);
SELECT is(pg_temp.feed('two'), '902 Professional 1 Tenant 2 es suspended', 'of a suspended business');
SELECT kf.tenant_suspend(t.id(200), false);
SELECT is(kf.feed_revoke(t.id(200), t.id(211)), '{}', 'revoked');
SELECT is(pg_temp.feed('two'), '902 Professional 1 Tenant 2 es over', 'and over');
SELECT kf.feed_create(t.id(200), t.id(211), t.id(903), t.hash('three')), kf.professional_archive(t.id(200), t.id(211), NULL);
SELECT is(pg_temp.feed('three'), '903 Professional 1 Tenant 2 es over', 'nor has who is not there any more one');
SELECT is((SELECT string_agg(a.action, ' ' ORDER BY a.audit_id) FROM kf.audit a WHERE a.action LIKE 'feed%'), 'feed_created feed_created feed_revoked feed_created', 'the log tells of each');
SELECT * FROM finish();
ROLLBACK;
