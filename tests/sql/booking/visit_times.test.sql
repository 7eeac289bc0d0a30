-- The slots to which a booking can be moved, and the data of a booking whose link has expired.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);
SELECT set_config('kf.tenant', t.id(100)::text, true);
CREATE FUNCTION pg_temp.offer(p_n int) RETURNS jsonb LANGUAGE sql AS $$ SELECT kf.visit_offer(t.id(100), t.id(p_n)) $$;
CREATE FUNCTION pg_temp.who(p_n int) RETURNS jsonb LANGUAGE sql AS $$ SELECT pg_temp.offer(p_n)->'services'->0->'professionals' $$;
SELECT t.hold(1, 1001, '2026-06-10 15:00Z', 1, 12), t.book(1, 1001);
SELECT t.pay(1, 'tx1', t.ref(1001), 'APPROVED', (SELECT charge_cents FROM kf.booking WHERE booking_id = t.id(1001)));
SELECT ok((SELECT status IN ('paid', 'confirmed') FROM kf.booking WHERE booking_id = t.id(1001)), 'it is good');

-- The same service, with the booked duration, its own professional first.
SELECT is(pg_temp.offer(1001)->'services'->0->>'id', t.id(101)::text, 'its service');
SELECT is((pg_temp.offer(1001)->'services'->0->>'duration_minutes')::int,
          (SELECT extract(epoch FROM slot_end - slot_start)::int / 60 FROM kf.booking WHERE booking_id = t.id(1001)), 'its length');
UPDATE kf.service SET duration_min = 240 WHERE tenant_id = t.id(100) AND service_id = t.id(101);
SELECT is((pg_temp.offer(1001)->'services'->0->>'duration_minutes')::int,
          (SELECT extract(epoch FROM slot_end - slot_start)::int / 60 FROM kf.booking WHERE booking_id = t.id(1001)),
          'not that of bookings to come');
SELECT is(pg_temp.who(1001)->>0, t.id(112)::text, 'its own professional first');
SELECT is(pg_temp.offer(1001)->'link'->>'professional', t.id(112)::text, 'who is meant where nobody is named');
SELECT is(pg_temp.who(1001), (SELECT to_jsonb(array_agg(p.professional_id ORDER BY p.professional_id <> t.id(112), p.position, p.name, p.professional_id))
                              FROM kf.professional_service s JOIN kf.professional p USING (tenant_id, professional_id)
                              WHERE s.service_id = t.id(101) AND p.active), 'then whoever else gives it');
UPDATE kf.professional SET active = false WHERE professional_id = t.id(112);
SELECT ok(NOT pg_temp.who(1001) ? t.id(112)::text, 'who is not here any more is not chosen');
SELECT is(pg_temp.offer(1001)->'link'->>'professional', pg_temp.who(1001)->>0, 'somebody else is');
UPDATE kf.professional SET active = true WHERE professional_id = t.id(112);
DELETE FROM kf.professional_service WHERE professional_id = t.id(112) AND service_id = t.id(101);
SELECT is(pg_temp.who(1001)->>0, t.id(112)::text, 'who does not give it any more keeps what was booked');
SELECT is(pg_temp.offer(9), NULL, 'no such booking');
SELECT is(kf.visit_offer(t.id(200), t.id(1001)), NULL, 'not at another business');
SELECT set_config('kf.tenant', t.id(100)::text, true);

-- A day that is full only because of the booking itself has room for it.
UPDATE kf.service SET max_per_day = 1 WHERE tenant_id = t.id(100) AND service_id = t.id(101);
SELECT isnt_empty($$ SELECT * FROM kf.full_days(t.id(100), t.id(101), '2026-06-10', '2026-06-12') $$, 'the day is full');
SELECT is_empty($$ SELECT * FROM kf.full_days(t.id(100), t.id(101), '2026-06-10', '2026-06-12', t.id(1001)) $$, 'not for itself');
SELECT isnt_empty($$ SELECT * FROM kf.full_days(t.id(100), t.id(101), '2026-06-10', '2026-06-12', t.id(9)) $$, 'for any other');

-- The data for an expired link: nothing about the person.
SELECT is((SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(kf.visit_end(t.id(100), t.id(1001))) k),
          '{begun,language,link,status}', 'all that is told');
SELECT isnt(kf.visit_end(t.id(100), t.id(1001))->>'link', NULL, 'by which link to book again');
UPDATE kf.booking_link SET active = false WHERE tenant_id = t.id(100);
SELECT is(kf.visit_end(t.id(100), t.id(1001))->>'link', NULL, 'not by one that is closed');
SELECT is(kf.visit_end(t.id(100), t.id(1001))->>'begun', 'false', 'it has not begun');
SELECT t.clock('2026-06-10 15:00Z');
SELECT is(kf.visit_end(t.id(100), t.id(1001))->>'begun', 'true', 'it has, to the second');
SELECT is(kf.visit_end(t.id(200), t.id(1001)), '{}', 'nothing at another business');

-- The promised policy of a hold.
SELECT set_config('kf.tenant', t.id(100)::text, true);
UPDATE kf.booking_link SET active = true WHERE tenant_id = t.id(100);
UPDATE kf.service SET max_per_day = NULL, duration_min = 30, cancel_tiers = '[{"hours": 48, "percent": 50}]', move_most = 1
WHERE tenant_id = t.id(100) AND service_id = t.id(101);
SELECT t.hold(1, 1002, '2026-06-12 15:00Z', 1, 11);
SELECT is((SELECT policy - ARRAY['deposit_rule', 'no_show_rule', 'move_until_hours'] FROM kf.hold_read(t.id(100), t.hash('token 1002'))),
          '{"tiers": [{"hours": 48, "percent": 50}], "move_most": 1}', 'as its service has it');
SELECT finish();
ROLLBACK;
