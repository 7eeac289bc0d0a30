-- Claims are deleted after their time, unused holds sooner. Bookings and money remain.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2), t.tenant(3);
CREATE FUNCTION pg_temp.at(n int) RETURNS void LANGUAGE sql AS $$ SELECT set_config('kf.tenant', t.id(n * 100)::text, true) $$;
CREATE FUNCTION pg_temp.paid(p_n int, p_id int, p_start timestamptz) RETURNS text LANGUAGE sql AS $$
    SELECT t.hold(p_n, p_id, p_start), t.book(p_n, p_id);
    SELECT t.pay(p_n, 'tx' || p_id, t.ref(p_id), 'APPROVED') $$;
-- The remaining claims of tenant p_n; those that no test made are "new".
CREATE FUNCTION pg_temp.claims(p_n int) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.at(p_n);
    SELECT coalesce(string_agg(w, ' ' ORDER BY w), '') FROM (
        SELECT CASE WHEN c.claim_id::text LIKE '00000000-%' THEN right(c.claim_id::text, 4) ELSE 'new' END || ' ' || c.state AS w FROM kf.claim c) q $$;

-- Unused holds: 1001 was abandoned, 1002 released, 1003 exchanged for 1004, which was not paid.
SELECT t.hold(1, 1001, '2026-07-01 14:00Z'), t.hold(1, 1002, '2026-07-01 15:00Z'), t.hold(1, 1003, '2026-07-01 16:00Z');
SELECT kf.hold_release(t.id(100), t.id(1002), t.hash('token 1002'));
SELECT t.hold(1, 1004, '2026-07-01 18:00Z', p_replaces => 1003), t.book(1, 1004);
SELECT t.hold(1, 1005, '2026-07-02 14:00Z'), t.book(1, 1005);   -- nor is this
SELECT t.hold(2, 2001, '2026-07-01 14:00Z');
SELECT t.hold(3, 3001, '2026-06-03 14:00Z'), t.book(3, 3001);
-- A slot that was kept for a person on the waiting list expires.
SELECT pg_temp.at(1);
INSERT INTO kf.waiting (tenant_id, waiting_id, link_id, service_id, day, name, email, language, customer_zone, created_at)
    VALUES (t.id(100), t.id(1701), t.id(121), t.id(101), '2026-07-01', 'Eva Mora', 'eva@example.test', 'es', 'America/Bogota', kf.now());
SELECT t.hold(1, 1006, '2026-07-01 19:00Z');
UPDATE kf.waiting SET claim_id = t.id(1006), offers = 1 WHERE waiting_id = t.id(1701);
SELECT t.clock('2026-06-01 12:10Z');
SELECT kf.work_sweep(100);
SELECT is(pg_temp.claims(1), '1001 ended 1002 ended 1003 ended 1004 ended 1005 ended 1006 ended', 'ended, all of them');
SELECT t.clock('2026-06-02 12:09:59Z');
SELECT is(kf.claim_sweep(100), 0, 'a second before the day is over');
SELECT is(pg_temp.claims(1), '1001 ended 1002 ended 1003 ended 1004 ended 1005 ended 1006 ended', 'nothing goes');
SELECT t.clock('2026-06-02 12:10Z');
SELECT is(kf.claim_sweep(2) || ' ' || kf.claim_sweep(100) || ' ' || kf.claim_sweep(100), '2 6 0', 'a few at a time, each once, those that stay too');
SELECT is(pg_temp.claims(1) || ', ' || pg_temp.claims(2), '1004 ended 1005 ended 1006 ended, ', 'what a booking or a place in line refers to stays');
SELECT is(t.pay(1, 'late', t.ref(1004), 'APPROVED'), 'applied', 'so that late money finds its time');
SELECT is(pg_temp.claims(1), '1004 ended 1005 ended 1006 ended new booked', 'which is taken anew');
SELECT is(t.refusal('SELECT kf.hold_release(t.id(100), t.id(1001), t.hash(''token 1001''))'), 'KF404', 'of what is gone nobody knows');
SELECT is((SELECT count(*) FROM kf.hold_read(t.id(100), t.hash('token 1001'))), 0::bigint, 'any more');
SELECT is((SELECT tenant_id FROM kf.tenant_find('token', encode(t.hash('token 1004'), 'hex'))), t.id(100), 'a booking is still found by its token');
-- Without the exception for bookings the money would have been refunded, although the slot was not lost.
SAVEPOINT taken;
RESET ROLE; SET ROLE konfirmado_owner; SET ROLE konfirmado_directory;
DELETE FROM kf.claim c WHERE c.claim_id = t.id(1005);
RESET ROLE; SET ROLE konfirmado_app;
SELECT is(t.pay(1, 'late5', t.ref(1005), 'APPROVED'), 'refund_due', 'a booking without its claim gets no time');
ROLLBACK TO taken;
SELECT is(t.pay(1, 'late5', t.ref(1005), 'APPROVED'), 'applied', 'and with it does');
SELECT t.clock('2026-06-03 14:00Z');
SELECT is(t.pay(3, 'late', t.ref(3001), 'APPROVED'), 'refund_due', 'but no time that has begun');

-- Booked slots: kept until nobody can book that day, whatever the state of the booking.
SELECT t.clock('2026-06-10 12:00Z');
SELECT pg_temp.paid(2, 2010, '2026-06-11 14:00Z'), pg_temp.paid(2, 2011, '2026-06-11 15:00Z'), pg_temp.paid(2, 2012, '2026-06-11 16:00Z'), pg_temp.paid(2, 2013, '2026-06-12 16:00Z');
SELECT pg_temp.at(2);
SELECT kf.booking_move_by(t.id(200), t.id(2012), NULL, jsonb_build_object('start', '2026-06-11T18:00:00Z'));
UPDATE kf.tenant SET complete_after_hours = 1 WHERE tenant_id = t.id(200);
SELECT t.clock('2026-06-11 18:30Z');
SELECT kf.booking_mark(t.id(200), t.id(2010), NULL, '{"status":"no_show"}') IS NOT NULL;
SELECT kf.work_sweep(100);
SELECT is((SELECT string_agg(b.status, ' ' ORDER BY b.booking_id) FROM kf.booking b), 'no_show completed paid paid', 'one by hand, one by itself');
SELECT t.clock('2026-06-13 15:30Z');
SELECT is(t.refusal($$ SELECT kf.booking_add(t.id(200), t.id(2020), jsonb_build_object('service', t.id(201), 'professional', t.id(211), 'start', '2026-06-12T16:00:00Z', 'customer', '{"name":"Ana Pérez","email":"ana@example.test"}'::jsonb)) $$),
    'KF412 start', 'yesterday''s time is not booked twice by hand');
SELECT t.clock('2026-06-13 16:29:59Z');
SELECT is(kf.claim_sweep(100), 0, 'a second less than fifty hours after its end');
SELECT t.clock('2026-06-13 16:30Z');
SELECT is(kf.claim_sweep(100), 1, 'fifty');
SELECT is(pg_temp.claims(2), '2010 ended 2011 booked 2012 ended 2013 booked new booked', 'marked by hand or not');
SELECT t.clock('2026-06-13 20:30Z');
SELECT is(kf.claim_sweep(1) || ' ' || kf.claim_sweep(100), '1 1', 'a few at a time');
SELECT is(pg_temp.claims(2), '2010 ended 2011 ended 2012 ended 2013 booked new ended', 'and not what is just over');

-- A month later they are deleted. The bookings remain, and all operations on them still work.
SELECT t.clock('2026-07-11 14:29:59Z');
SELECT kf.work_sweep(100);
SELECT kf.claim_sweep(100), kf.claim_sweep(100);
SELECT is(pg_temp.claims(2), '2010 ended 2011 ended 2012 ended 2013 ended new ended', 'a second before');
SELECT t.clock('2026-07-11 14:30Z');
SELECT is(kf.claim_sweep(100), 1, 'a month after its end');
SELECT is(pg_temp.claims(2), '2011 ended 2012 ended 2013 ended new ended', 'the first');
SELECT t.clock('2026-07-20 12:00Z');
SELECT is(kf.claim_sweep(2) || ' ' || kf.claim_sweep(100), '2 2', 'a few at a time, then the rest');
SELECT is(pg_temp.claims(2) || '|' || pg_temp.claims(1), '|1004 ended 1005 ended 1006 ended new ended new ended', 'not yet those of a later day, nor of whom waits');
SELECT pg_temp.at(2);
SELECT is((SELECT count(*) || ' ' || string_agg(d->>'status', ' ' ORDER BY b.booking_id) FROM kf.booking b, kf.booking_doc(b.tenant_id, b.booking_id) d), '4 no_show completed completed completed', 'the bookings are there');
SELECT is(kf.booking_mark(t.id(200), t.id(2011), NULL, '{"status":"no_show"}')->>'status', 'no_show', 'to be marked');
SELECT is(t.pay(2, 'tx2011', t.ref(2011), 'VOIDED'), 'refunded', 'their money to be given back');
SELECT is((kf.booking_scrub(t.id(200), t.id(2013)))->>'bookings', '1', 'and their customers to be forgotten');
SELECT t.clock('2026-07-31 19:30Z');
SELECT is(kf.claim_sweep(100), 2, 'of the others');
SELECT is(pg_temp.claims(1), '1005 ended 1006 ended new ended', 'one stays as long as somebody''s place in line');
SELECT pg_temp.at(1);
UPDATE kf.waiting SET state = 'over';
SELECT t.clock('2026-08-02 12:00Z');
SELECT kf.after_sweep(100), kf.claim_sweep(100);
SELECT is(pg_temp.claims(1), '', 'and no longer');
SELECT is(t.pay(1, 'very late', t.ref(1004), 'APPROVED'), 'refund_due', 'money of then goes back');
SELECT is(t.ledger(1) || ' ' || t.ledger(2), '9000000=6000000+0+3000000+0 12000000=9000000+0+0+3000000', 'the books balance');

-- An active claim cannot be deleted.
SELECT t.clock('2026-08-03 12:00Z');
SELECT t.hold(1, 1030, '2026-08-04 14:00Z'), pg_temp.paid(1, 1031, '2026-08-04 15:00Z'), t.hold(1, 1032, '2026-08-04 16:00Z'), t.book(1, 1032);
RESET ROLE; SET ROLE konfirmado_owner; SET ROLE konfirmado_directory;
DELETE FROM kf.claim;
RESET ROLE; SET ROLE konfirmado_app;
SELECT is(pg_temp.claims(1), '1030 held 1031 booked 1032 pending', 'whatever a function may say');
SELECT is(t.refusal('DELETE FROM kf.claim'), '42501', 'the application takes away none');
SELECT is(t.refusal('SELECT kf.holds_forget(1)'), '42501', 'nor asks which');
-- A claim cannot have two bookings.
SELECT pg_temp.at(1);
SELECT is(t.refusal($$ SELECT kf.booking_put(jsonb_populate_record(b, jsonb_build_object('booking_id', t.id(1099), 'version', 1)), 'customer', '') FROM kf.booking b WHERE b.booking_id = t.id(1031) $$),
    '23505', 'by the token that both would have');
SELECT * FROM finish();
ROLLBACK;
