-- Uses of a link with a maximum: taken by a booking, returned by an unpaid one, taken again by late money.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
SELECT set_config('kf.tenant', t.id(100)::text, true);
CREATE FUNCTION pg_temp.uses(p_n int DEFAULT 1) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('kf.tenant', t.id(p_n * 100)::text, true);
    RETURN (SELECT l.uses || ' of ' || coalesce(l.max_uses::text, '-') || ' ' || (d->>'uses') || ' ' || (d->>'bookings') || ' ' || (d->>'state')
            FROM kf.booking_link l, kf.link_get(t.id(p_n * 100), l.link_id) d WHERE l.link_id = t.id(p_n * 100 + 21));
END
$$;
-- A hold at an hour of June 2 becomes a booking of service 1, 2 (free) or 3.
CREATE FUNCTION pg_temp.book(p_claim int, p_hour int, p_service int DEFAULT 1, p_n int DEFAULT 1) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT t.hold(%s, %s, %L, %s); SELECT t.book(%1$s, %2$s)', p_n, p_claim,
                            timestamptz '2026-06-02 00:00Z' + p_hour * interval '1 hour', p_service))
$$;
CREATE FUNCTION pg_temp.version(p_n int DEFAULT 1) RETURNS bigint LANGUAGE sql AS $$ SELECT catalog_version FROM kf.tenant WHERE tenant_id = t.id(p_n * 100) $$;

-- Without a maximum the link counts nothing.
SELECT is(pg_temp.book(1001, 13, 2), 'ok', 'a free booking');
SELECT is(pg_temp.book(1002, 14), 'ok', 'one that waits for its payment');
SELECT is(pg_temp.uses(), '0 of - 1 1 active', 'shown is what stands');
SELECT is((SELECT doc->>'uses' FROM kf.link_list(t.id(100))), '1', 'to the operator too');
-- With a maximum the link counts all bookings except failed ones.
SELECT t.clock('2026-06-01 12:11Z');
SELECT is((SELECT bookings FROM kf.work_sweep(10)), 1, 'the other has expired');
SELECT is(kf.link_change(t.id(100), t.id(121), NULL, '{"max_uses":2}')->>'uses', '1', 'counted');
SELECT is(pg_temp.book(1003, 15), 'ok', 'the last one');
SELECT is(pg_temp.uses(), '2 of 2 2 1 used_up', 'a booking that waits for its payment takes it');
SELECT is(pg_temp.book(1004, 16), 'KF411', 'no more');
SELECT is((SELECT catalog->'link'->>'exhausted' FROM kf.catalog_read(t.id(100), 'link001')), 'true', 'nothing is shown');
SELECT is((SELECT count(*) FROM kf.audit WHERE action = 'link_updated'), 1::bigint, 'only the change is in the log');

-- Expired: the use is returned, and the page offers slots again.
SELECT pg_temp.version() AS before \gset
SELECT t.clock('2026-06-01 12:21:01Z');
SELECT is((SELECT bookings FROM kf.work_sweep(10)), 1, 'not paid');
SELECT is(pg_temp.uses(), '1 of 2 1 1 active', 'given back');
SELECT is(pg_temp.version() - :before, 1::bigint, 'the catalogue is another');
SELECT is((SELECT bookings FROM kf.work_sweep(10)), 0, 'nothing to do');
SELECT is(pg_temp.uses(), '1 of 2 1 1 active', 'once');
-- Failed: the same.
SELECT is(pg_temp.book(1005, 15), 'ok', 'taken again');
SELECT is(t.pay(1, 'tx1', t.ref(1005), 'DECLINED'), 'recorded', 'declined');
SELECT is(pg_temp.uses(), '2 of 2 2 1 used_up', 'it may be paid yet');
SELECT t.clock('2026-06-01 12:31:02Z');
SELECT is((SELECT bookings FROM kf.work_sweep(10)), 1, 'it was not');
SELECT is(t.status(1, 1005), 'failed declined', 'failed');
SELECT is(pg_temp.uses(), '1 of 2 1 1 active', 'given back');
-- Late money takes a use again, even if none is left.
SELECT is(pg_temp.book(1006, 16), 'ok', 'somebody else has the last one');
SELECT is(t.pay(1, 'tx2', t.ref(1005), 'APPROVED'), 'applied', 'and now it is paid');
SELECT is(pg_temp.uses(), '3 of 2 3 2 used_up', 'one more than wanted');
SELECT is(t.pay(1, 'tx3', t.ref(1006), 'APPROVED'), 'applied', 'paid in time');
SELECT is(pg_temp.uses(), '3 of 2 3 3 used_up', 'it had its use');
SELECT kf.booking_cancel(t.id(100), t.id(1006), 'merchant', '');
SELECT is(pg_temp.uses(), '3 of 2 3 2 used_up', 'a cancelled booking was one');
-- Late money for a slot that is gone takes none.
SELECT kf.link_change(t.id(100), t.id(121), NULL, '{"max_uses":5}');
SELECT is(pg_temp.book(1007, 18), 'ok', 'another');
SELECT t.clock('2026-06-01 12:42Z');
SELECT is((SELECT bookings FROM kf.work_sweep(10)), 1, 'expired');
SELECT is(pg_temp.book(1008, 18), 'ok', 'the time is somebody else''s');
SELECT is(t.pay(1, 'tx4', t.ref(1007), 'APPROVED'), 'refund_due', 'the money goes back');
SELECT is(pg_temp.uses(), '4 of 5 4 2 active', 'four');
SELECT is(l.uses, kf.link_used(l), 'as many as there are') FROM kf.booking_link l WHERE l.link_id = t.id(121);
-- A maximum that is removed and set again.
SELECT is(kf.link_change(t.id(100), t.id(121), NULL, '{"max_uses":null}')->>'uses', '2', 'none any more');
SELECT is(pg_temp.book(1009, 19, 2), 'ok', 'not counted');
SELECT is(kf.link_change(t.id(100), t.id(121), NULL, '{"max_uses":5}')->>'state', 'used_up', 'counted now');
SELECT is((SELECT count(*) FROM kf.audit WHERE action = 'link_updated'), 4::bigint, 'four changes in the log');

-- Several at once, of several businesses and links.
SELECT kf.link_change(t.id(n * 100), t.id(n * 100 + 21), NULL, '{"max_uses":9}') FROM generate_series(1, 2) n;
SELECT set_config('kf.tenant', t.id(200)::text, true);
SELECT kf.link_create(t.id(200), t.id(222), 'other02', '{"name":"Other","max_uses":1}');
SELECT is(pg_temp.book(2001 + i, 13 + i, 1, 2), 'ok', 'booked ' || i) FROM generate_series(0, 2) i;
SELECT t.refusal(format($$ SELECT FROM kf.hold_create(%L, %L, 'other02', %L, %L, '2026-06-02 18:00Z', %L, 600, NULL, NULL) $$,
    t.id(200), t.id(2011), t.id(201), t.id(211), t.hash('token 2011')));
SELECT is(t.refusal('SELECT t.book(2, 2011)'), 'ok', 'by another link');
SELECT is(pg_temp.uses(2) || ' ' || (SELECT uses FROM kf.booking_link WHERE link_id = t.id(222)), '3 of 9 3 0 active 1', 'taken');
SELECT t.clock('2026-06-01 12:53Z');
SELECT is((SELECT bookings FROM kf.work_sweep(10)), 5, 'all at once');
SELECT is(pg_temp.uses(2) || ' ' || (SELECT uses FROM kf.booking_link WHERE link_id = t.id(222)), '0 of 9 0 0 active 0', 'all given back');
SELECT is(pg_temp.uses(1), '4 of 9 4 3 active', 'of the other business too');
SELECT * FROM finish();
ROLLBACK;
