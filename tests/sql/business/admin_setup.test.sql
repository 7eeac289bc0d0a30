-- The merchant's services, professionals, closed days, links, settings and accounts, as documents.
BEGIN;
SELECT no_plan();
SET ROLE konfirmado_app;
SET plan_cache_mode = force_generic_plan;
SELECT t.clock('2026-06-01 12:00Z');
SELECT t.tenant(1), t.tenant(2);

-- The error with which a function refuses a document.
CREATE FUNCTION pg_temp.add(p_what text, p jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.%s_add(%L, gen_random_uuid(), %L)', p_what, t.id(100), p)) $$;
CREATE FUNCTION pg_temp.change(p_what text, p_id int, p_version int, p jsonb, p_tenant int DEFAULT 100) RETURNS text LANGUAGE sql AS $$
    SELECT t.refusal(format('SELECT kf.%s_change(%L, %L, %L, %L)', p_what, t.id(p_tenant), t.id(p_id), p_version, p)) $$;
CREATE FUNCTION pg_temp.ids(p jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(ltrim(right(e->>'id', 12), '0'), ' ' ORDER BY n), '') FROM jsonb_array_elements(p->'items') WITH ORDINALITY x(e, n) $$;
-- The ids of all pages of a list, two per page.
CREATE FUNCTION pg_temp.walk(p_what text, p jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v jsonb;
    v_ids text[] := '{}';
BEGIN
    LOOP
        EXECUTE format('SELECT kf.%s_page(%L, %L)', p_what, t.id(100), p || '{"limit":2}') INTO v;
        v_ids := v_ids || pg_temp.ids(v);
        EXIT WHEN v->>'next' IS NULL OR cardinality(v_ids) > 20;
        p := p || jsonb_build_object('after', v->'next');
    END LOOP;
    RETURN array_to_string(v_ids, '|');
END
$$;

-- Instants in the zone of the business.
SELECT is(kf.iso_local('2026-12-08 14:00:00.7Z', z), w, z) FROM (VALUES ('America/Bogota', '2026-12-08T09:00:00-05:00'),
    ('Asia/Kolkata', '2026-12-08T19:30:00+05:30'), ('America/St_Johns', '2026-12-08T10:30:00-03:30'), ('UTC', '2026-12-08T14:00:00+00:00')) x(z, w);
SELECT is(kf.iso_local(NULL, 'UTC'), NULL, 'no instant');

-- Characters that no text may contain.
SELECT is(t.refusal(format('SELECT kf.doc_text(%L, ''a'', 0, 9, true)', jsonb_build_object('a', 'x' || chr(c)))), 'KF422 a', 'U+' || to_hex(c))
FROM unnest(ARRAY[1, 8, 11, 12, 27, 127, 128, 133, 159, 1564, 8206, 8207, 8232, 8233, 8234, 8238, 8294, 8297, 65279]) c;
SELECT is(t.refusal(format('SELECT kf.doc_text(%L, ''a'', 0, 9, true)', jsonb_build_object('a', 'x' || chr(c)))), 'ok', 'U+' || to_hex(c))
FROM unnest(ARRAY[9, 10, 13, 160, 225, 8204, 8205, 8239, 8293, 8298, 128512]) c;

-- Cursors of a list are our own, or refused.
SELECT is(kf.place_read(jsonb_build_object('after', kf.place_of('-12', 'Ñandú "x"', t.id(1)::text)), 'ntu'),
    ARRAY['-12', 'Ñandú "x"', t.id(1)::text], 'a place comes back');
SELECT is(t.refusal(format('SELECT kf.place_read(%L, ''nu'')', jsonb_build_object('after', a))), 'KF422 after', 'no place: ' || left(a, 20))
FROM unnest(ARRAY['', 'x', 'abcd', '####', repeat('A', 2001), kf.place_of('1'), kf.place_of('1', 'x'), kf.place_of('x', t.id(1)::text),
    kf.place_of('1', t.id(1)::text, '2'), translate(encode('{"a":1}', 'base64'), '=', ''), translate(encode('[null,"x"]', 'base64'), '=', '')]) a;
SELECT is(kf.place_read('{}', 'nu'), NULL, 'the first page');
SELECT is(t.refusal(format('SELECT kf.service_page(%L, %L)', t.id(100), p)), f, p) FROM (VALUES ('{"limit":0}', 'KF422 limit'), ('{"limit":201}', 'KF422 limit'),
    ('{"limit":"1"}', 'KF422 limit'), ('{"x":1}', 'KF422 x'), ('{"state":"gone"}', 'KF422 state'), ('[]', 'KF422'), ('{"limit":200}', 'ok')) x(p, f);

-- Services.
SELECT is(kf.service_get(t.id(100), t.id(101)) - ARRAY['professionals', 'description'], '{"id": "00000000-0000-7000-8000-000000000101", "name": "Consulta",
    "image_url": null, "duration_min": 30, "price_cents": 12000000, "currency": "COP", "charge_type": "partial_percent", "deposit_percent": 25,
    "deposit_cents": null, "charge_cents": 3000000, "buffer_before_min": 0, "buffer_after_min": 0, "notice_min": 0, "horizon_days": 60, "step_min": 15,
    "max_per_day": null, "active": true, "position": 0, "version": 1, "created_at": "2026-06-01T07:00:00-05:00", "archived_at": null, "future_bookings": 0,
    "cancel_tiers": [{"hours": 24, "percent": 100}], "deposit_rule": "tiers", "no_show_rule": "keep", "move_until_hours": 12, "move_most": 2,
    "place": "", "map_url": null, "instructions": ""}'::jsonb,
    'a service, with the instant in the zone of the business');
SELECT is(kf.service_get(t.id(100), t.id(101))->'professionals', to_jsonb(ARRAY[t.id(111), t.id(112)]), 'and those who offer it');
SELECT is(kf.service_get(t.id(100), t.id(201)), NULL, 'a foreign service is not there');
SELECT is(kf.service_get(t.id(100), t.id(199)), NULL, 'nor one that nobody has');
SELECT is(pg_temp.add('service', '{"name":"Nueva","description":"Diez letras","duration_min":15,"price_cents":0}' || p), f, p::text)
FROM (VALUES ('{}'::jsonb, 'ok'), ('{"name":"ab"}', 'KF422 name'), ('{"name":7}', 'KF422 name'), ('{"name":null}', 'KF422 name'),
    (jsonb_build_object('name', repeat('x', 101)), 'KF422 name'), ('{"description":"short"}', 'KF422 description'), ('{"image_url":"javascript:x"}', 'KF422 image_url'),
    ('{"image_url":"//evil"}', 'KF422 image_url'), ('{"image_url":"/uploads/x.png"}', 'ok'), ('{"duration_min":14}', 'KF422 duration_min'),
    ('{"duration_min":481}', 'KF422 duration_min'), ('{"duration_min":15.5}', 'KF422 duration_min'), ('{"price_cents":-1}', 'KF422 price_cents'),
    ('{"price_cents":1e3}', 'ok'), ('{"currency":"cop"}', 'KF422 currency'), ('{"charge_type":"half"}', 'KF422 charge_type'),
    ('{"charge_type":"partial_fixed"}', 'KF422 deposit_cents'), ('{"deposit_cents":1}', 'KF422 deposit_cents'), ('{"deposit_percent":0}', 'KF422 deposit_percent'),
    ('{"buffer_before_min":241}', 'KF422 buffer_before_min'), ('{"buffer_after_min":-1}', 'KF422 buffer_after_min'), ('{"notice_min":-1}', 'KF422 notice_min'),
    ('{"horizon_days":0}', 'KF422 horizon_days'), ('{"step_min":4}', 'KF422 step_min'), ('{"max_per_day":0}', 'KF422 max_per_day'),
    ('{"active":"yes"}', 'KF422 active'), ('{"position":-1}', 'KF422 position'), ('{"tenant_id":"x"}', 'KF422 tenant_id'), ('{"version":3}', 'KF422 version'),
    ('{"professionals":"x"}', 'KF422 professionals'), ('{"professionals":["x"]}', 'KF422 professionals'),
    (jsonb_build_object('professionals', jsonb_build_array(t.id(211))), 'KF422 professionals'), (jsonb_build_object('professionals', jsonb_build_array(t.id(111), t.id(111))), 'ok')) x(p, f);
SELECT is(pg_temp.add('service', '[]'), 'KF422', 'no object');
SELECT is(pg_temp.change('service', 101, 2, '{"name":"Otra"}'), 'KF421', 'another version');
SELECT is(kf.service_get(t.id(100), t.id(101))->>'name', 'Consulta', 'and nothing is changed');
SELECT is((SELECT array_agg(d->>m) FROM kf.service_change(t.id(100), t.id(101), 1, jsonb_build_object('name', 'Otra', 'professionals', jsonb_build_array(t.id(112)))) d,
    unnest(ARRAY['name', 'version', 'price_cents', 'professionals']) m), ARRAY['Otra', '2', '12000000', to_jsonb(ARRAY[t.id(112)])::text], 'only what is named changes');
SELECT is(pg_temp.change('service', 101, 1, '{"name":"Otra"}'), 'KF421', 'the second of two is refused');
SELECT is(pg_temp.change('service', 101, NULL, '{"price_cents":5,"charge_type":"partial_fixed","deposit_cents":6}'), 'KF422 deposit_cents', 'the parts must fit the whole');
SELECT is(pg_temp.change('service', 101, NULL, '{"max_per_day":4}'), 'ok', 'whatever version');
SELECT is(kf.service_change(t.id(100), t.id(101), NULL, '{"max_per_day":null}')->'max_per_day', 'null', 'null takes away');
SELECT is(pg_temp.change('service', 101, NULL, '{"name":null}'), 'KF422 name', 'but not what is required');
SELECT is(kf.service_change(t.id(100), t.id(201), NULL, '{"name":"Ajena"}'), NULL, 'a foreign one is not there');
SELECT is(kf.service_get(t.id(200), t.id(201))->>'name', 'Consulta', 'and is as it was');
SELECT is(kf.service_archive(t.id(100), t.id(201), NULL), NULL, 'nor archived');
SELECT is(kf.service_restore(t.id(100), t.id(201), NULL), NULL, 'nor restored');
SELECT is(kf.service_get(t.id(200), t.id(201))->>'version', '1', 'nothing of it changed');

-- Archiving: invisible for customers, still in existing bookings.
SELECT t.hold(1, 1001, '2026-06-02 13:00Z', 1, 12), t.book(1, 1001), t.pay(1, 'tx1', t.ref(1001), 'APPROVED');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT count(*) FROM jsonb_array_elements((SELECT catalog FROM kf.catalog_read(t.id(100), 'link001'))->'services') s WHERE s->>'id' = t.id(101)::text), 1::bigint, 'offered');
SELECT is(t.refusal(format('SELECT kf.service_archive(%L, %L, 1)', t.id(100), t.id(101))), 'KF421', 'another version is not archived');
SELECT is((SELECT (d->>'future_bookings', d->>'active', d->>'archived_at')::text FROM kf.service_archive(t.id(100), t.id(101), NULL) d),
    '(1,false,2026-06-01T07:00:00-05:00)', 'archived, with what is still to come');
SELECT is((SELECT count(*) FROM jsonb_array_elements((SELECT catalog FROM kf.catalog_read(t.id(100), 'link001'))->'services') s WHERE s->>'id' = t.id(101)::text), 0::bigint, 'not offered');
SELECT is(t.refusal('SELECT t.hold(1, 1002, ''2026-06-02 14:00Z'', 1, 12)'), 'KF422 service', 'not held');
SELECT is(kf.booking_doc(t.id(100), t.id(1001))->'service'->>'name', 'Otra', 'still in its booking');
SELECT is(pg_temp.change('service', 101, NULL, '{"name":"Algo"}'), 'KF409', 'what is archived is not changed');
SELECT ok(pg_temp.ids(kf.service_page(t.id(100), '{}')) !~ '\m101\M', 'not in the list');
SELECT is(pg_temp.ids(kf.service_page(t.id(100), '{"state":"archived"}')), '101', 'but in that of the archived');
SELECT ok(NOT kf.professional_get(t.id(100), t.id(112))->'services' ? t.id(101)::text, 'nor with the professional');
SELECT is(kf.professional_change(t.id(100), t.id(112), NULL, jsonb_build_object('services', jsonb_build_array(t.id(102))))->'services',
    to_jsonb(ARRAY[t.id(102)]), 'whose services are replaced');
SELECT is((SELECT (d->>'active', d->'professionals')::text FROM kf.service_restore(t.id(100), t.id(101), NULL) d), format('(true,"[""%s""]")', t.id(112)), 'restored with those who offered it');
SELECT is(kf.service_archive(t.id(100), t.id(102), NULL)->>'version', kf.service_archive(t.id(100), t.id(102), NULL)->>'version', 'archived twice is once');
SELECT is(pg_temp.walk('service', '{"state":"all"}'), (SELECT string_agg(ids, '|' ORDER BY n) FROM (SELECT (r - 1) / 2 AS n, string_agg(id, ' ' ORDER BY r) AS ids
    FROM (SELECT ltrim(right(service_id::text, 12), '0') AS id, row_number() OVER (ORDER BY position, name, service_id) AS r FROM kf.service) q GROUP BY 1) p), 'page by page, each once');

-- Professionals.
SELECT is(kf.professional_get(t.id(100), t.id(111)) - ARRAY['hours', 'services'], '{"id": "00000000-0000-7000-8000-000000000111", "name": "Professional 1",
    "description": "", "photo_url": null, "email": null, "time_zone": "America/Bogota", "active": true, "position": 1, "overrides": [], "calendar": "builtin",
    "version": 1, "created_at": "2026-06-01T07:00:00-05:00", "archived_at": null, "future_bookings": 0}'::jsonb, 'a professional');
SELECT is(kf.professional_get(t.id(100), t.id(111))->'hours'->0, '{"weekday": 1, "kind": "work", "starts": "08:00", "ends": "18:00"}'::jsonb, 'with hours');
SELECT is(kf.professional_get(t.id(100), t.id(211)), NULL, 'a foreign one is not there');
SELECT is(pg_temp.add('professional', '{"name":"Eva"}' || p), f, p::text)
FROM (VALUES ('{}'::jsonb, 'ok'), ('{"name":"E"}', 'KF422 name'), ('{"description":7}', 'KF422 description'), ('{"photo_url":"http://x"}', 'KF422 photo_url'),
    ('{"email":"x"}', 'KF422 email'), ('{"email":"eva@example.test"}', 'ok'), ('{"email":"a b@example.test"}', 'KF422 email'), ('{"time_zone":"Bogota"}', 'KF422 time_zone'),
    ('{"position":1.5}', 'KF422 position'), ('{"active":1}', 'KF422 active'), ('{"calendar":"google"}', 'KF422 calendar'), ('{"services":[1]}', 'KF422 services'),
    (jsonb_build_object('services', jsonb_build_array(t.id(201))), 'KF422 services'), ('{"hours":{}}', 'KF422 hours'), ('{"hours":[{"weekday":8,"starts":"08:00","ends":"09:00"}]}', 'KF422 weekday'),
    ('{"hours":[{"weekday":1,"starts":"8:00","ends":"09:00"}]}', 'KF422 starts'), ('{"hours":[{"weekday":1,"starts":"09:00","ends":"09:00"}]}', 'KF422 ends'),
    ('{"hours":[{"weekday":1,"starts":"09:00","ends":"24:00"}]}', 'ok'), ('{"overrides":[{"day":"2026-02-30","closed":true}]}', 'KF422 day'),
    ('{"hours":[{"weekday":1,"starts":"09:00","ends":"10:00"},{"weekday":1,"starts":"09:00","ends":"11:00"}]}', 'KF422 hours')) x(p, f);
SELECT is(pg_temp.change('professional', 111, 9, '{}'), 'KF421', 'another version');
SELECT is((SELECT (d->>'name', d->>'version', jsonb_array_length(d->'hours'))::text FROM kf.professional_change(t.id(100), t.id(111), 1, '{"name":"Eva"}') d), '(Eva,2,14)', 'changed, the hours as they were');
SELECT is((SELECT (d->>'version', d->'hours', d->'overrides')::text FROM kf.professional_hours_put(t.id(100), t.id(111), 2,
    '{"hours":[{"weekday":1,"starts":"08:00","ends":"12:00"}],"overrides":[{"day":"2026-12-24","closed":true}]}') d),
    '(3,"[{""ends"": ""12:00"", ""kind"": ""work"", ""starts"": ""08:00"", ""weekday"": 1}]","[{""day"": ""2026-12-24"", ""closed"": true}]")', 'hours are put');
SELECT is(t.refusal(format('SELECT kf.professional_hours_put(%L, %L, 2, ''{"hours":[]}'')', t.id(100), t.id(111))), 'KF421', 'of a version too');
SELECT is(t.refusal(format('SELECT kf.professional_hours_put(%L, %L, NULL, ''{"name":"x"}'')', t.id(100), t.id(111))), 'KF422 name', 'and nothing else');
SELECT is(kf.professional_hours_put(t.id(100), t.id(211), NULL, '{"hours":[]}'), NULL, 'not of a foreign one');
SELECT is(jsonb_array_length(kf.professional_get(t.id(200), t.id(211))->'hours'), 14, 'whose hours stay');
SELECT set_config('kf.tenant', t.id(100)::text, true);
SELECT is((SELECT (a.action, a.before->'overrides', a.after->'overrides')::text FROM kf.audit a WHERE a.object_id = t.id(111)::text ORDER BY a.audit_id DESC LIMIT 1),
    '(professional_updated,[],"[{""day"": ""2026-12-24"", ""closed"": true}]")', 'hours are told of in the audit log');
SELECT is((SELECT (d->>'future_bookings', d->>'active')::text FROM kf.professional_archive(t.id(100), t.id(112), NULL) d), '(1,false)', 'archived with a booking to come');
SELECT is(pg_temp.change('professional', 112, NULL, '{"name":"Algo"}'), 'KF409', 'and not changed');
SELECT is(t.refusal('SELECT t.hold(1, 1003, ''2026-06-02 14:00Z'', 2, 12)'), 'KF422 service', 'nor held');
SELECT is(kf.professional_restore(t.id(100), t.id(112), NULL)->>'active', 'true', 'restored');
SELECT is(kf.professional_archive(t.id(100), t.id(211), NULL), NULL, 'a foreign one is not archived');
SELECT is(pg_temp.walk('professional', '{}'), (SELECT string_agg(ids, '|' ORDER BY n) FROM (SELECT (r - 1) / 2 AS n, string_agg(id, ' ' ORDER BY r) AS ids
    FROM (SELECT ltrim(right(professional_id::text, 12), '0') AS id, row_number() OVER (ORDER BY position, name, professional_id) AS r FROM kf.professional) q GROUP BY 1) p), 'page by page');

-- Closed days.
SELECT is(kf.closed_day_add(t.id(100), '{"day":"2026-12-25","reason":"Navidad"}'), '{"day":"2026-12-25","reason":"Navidad"}'::jsonb, 'closed');
SELECT is(kf.closed_day_add(t.id(100), '{"day":"2026-12-24"}'), '{"day":"2026-12-24","reason":""}'::jsonb, 'without a reason');
SELECT is(t.refusal(format('SELECT kf.closed_day_add(%L, %L::jsonb)', t.id(100), p)), f, p) FROM (VALUES ('{}', 'KF422 day'), ('{"day":"2026-13-01"}', 'KF422 day'),
    ('{"day":20261224}', 'KF422 day'), ('{"day":"2026-12-24","reason":7}', 'KF422 reason'), ('{"day":"2026-12-24","x":1}', 'KF422 x')) x(p, f);
SELECT is(kf.closed_day_page(t.id(100), '{}')->'items', '[{"day":"2026-12-24","reason":""},{"day":"2026-12-25","reason":"Navidad"}]'::jsonb, 'listed');
SELECT is(kf.closed_day_page(t.id(100), '{"from":"2026-12-25"}')->'items', '[{"day":"2026-12-25","reason":"Navidad"}]'::jsonb, 'from a day');
SELECT is(kf.closed_day_page(t.id(100), '{"to":"2026-12-24"}')->'items', '[{"day":"2026-12-24","reason":""}]'::jsonb, 'to a day');
SELECT is(kf.closed_day_page(t.id(100), jsonb_build_object('after', kf.closed_day_page(t.id(100), '{"limit":1}')->'next'))->'items', '[{"day":"2026-12-25","reason":"Navidad"}]'::jsonb, 'the next page');
SELECT is(kf.closed_day_page(t.id(200), '{}'), '{"items":[],"next":null}'::jsonb, 'of nobody else');
SELECT is(kf.closed_day_remove(t.id(200), '2026-12-25'), NULL, 'nor opened by anybody else');
SELECT is(kf.closed_day_remove(t.id(100), '2026-12-25')->>'reason', 'Navidad', 'opened');
SELECT is(kf.closed_day_remove(t.id(100), '2026-12-25'), NULL, 'once');
SELECT is(t.refusal(format('SELECT kf.closed_day_remove(%L, ''x'')', t.id(100))), 'KF422 day', 'no day');

-- Links.
SELECT is(kf.link_get(t.id(100), t.id(121)), '{"id": "00000000-0000-7000-8000-000000000121", "public_id": "link001", "url_path": "/book/link001", "name": "Web",
    "service": null, "professional": null, "locked": false, "language": null, "expires_at": null, "max_uses": null, "uses": 1, "bookings": 1, "active": true,
    "state": "active", "version": 1, "created_at": "2026-06-01T07:00:00-05:00"}'::jsonb, 'a link, with what came of it');
SELECT is(pg_temp.add('link', '{"name":"Otro"}' || p), f, p::text)
FROM (VALUES ('{}'::jsonb, 'ok'), ('{"name":""}', 'KF422 name'), ('{"service":"x"}', 'KF422 service'), (jsonb_build_object('service', t.id(201)), 'KF422 service'),
    (jsonb_build_object('professional', t.id(211)), 'KF422 professional'), (jsonb_build_object('professional', t.id(111)), 'ok'), ('{"locked":"yes"}', 'KF422 locked'),
    ('{"language":"fr"}', 'KF422 language'), ('{"expires_at":"tomorrow"}', 'KF422 expires_at'), ('{"expires_at":"2026-02-30T00:00:00Z"}', 'KF422 expires_at'),
    ('{"expires_at":"2026-12-01T10:00:00-05:00"}', 'ok'), ('{"max_uses":0}', 'KF422 max_uses'), ('{"public_id":"mine-1"}', 'KF422 public_id'), ('{"uses":1}', 'KF422 uses')) x(p, f);
SELECT is((SELECT (d->>'expires_at', d->>'max_uses', d->>'version', d->>'service')::text FROM kf.link_change(t.id(100), t.id(121), 1,
    jsonb_build_object('expires_at', '2026-06-01T12:00:01Z', 'max_uses', 2, 'service', t.id(101))) d), format('(2026-06-01T07:00:01-05:00,2,2,%s)', t.id(101)), 'changed');
SELECT is((SELECT (d->>'expires_at', d->>'max_uses')::text FROM kf.link_change(t.id(100), t.id(121), 2, '{"max_uses":1}') d), '(2026-06-01T07:00:01-05:00,1)', 'what is not named stays');
SELECT is(kf.link_get(t.id(100), t.id(121))->>'state', 'used_up', 'used up');
SELECT t.clock('2026-06-01 12:00:01Z');
SELECT is(kf.link_change(t.id(100), t.id(121), 3, '{"max_uses":null}')->>'state', 'expired', 'expired');
SELECT is(pg_temp.change('link', 121, 3, '{"name":"x"}'), 'KF421', 'another version');
SELECT is(pg_temp.change('link', 121, NULL, jsonb_build_object('service', t.id(201))), 'KF422 service', 'a foreign service');
SELECT is(kf.link_change(t.id(100), t.id(221), NULL, '{"name":"x"}'), NULL, 'a foreign link');
SELECT is((SELECT (d->>'state', d->>'active', d->>'version')::text FROM kf.link_deactivate(t.id(100), t.id(121), 4) d), '(inactive,false,5)', 'switched off');
SELECT is(t.refusal('SELECT t.hold(1, 1004, ''2026-06-02 15:00Z'')'), 'KF411', 'nobody books through it');
SELECT ok(pg_temp.ids(kf.link_page(t.id(100), '{}')) !~ '\m121\M' AND pg_temp.ids(kf.link_page(t.id(100), '{"state":"inactive"}')) = '121', 'in the other list');
SELECT is(length(kf.link_page(t.id(100), '{}')->'items'->0->>'public_id'), 16, 'the address cannot be guessed');
SELECT is((SELECT count(DISTINCT id) FROM regexp_split_to_table(pg_temp.walk('link', '{"state":"all"}'), '[ |]') id), (SELECT count(*) FROM kf.booking_link), 'page by page, each once');

-- Settings.
SELECT is(kf.branding_get(t.id(100)) - ARRAY['created_at', 'allowed_origins', 'frame_origins'], '{"id": "00000000-0000-7000-8000-000000000100", "name": "Tenant 1", "status": "active",
    "subdomain": "tenant1", "custom_domain": null, "domain": null, "time_zone": "America/Bogota", "language": "es", "currency": "COP", "primary_color": null, "secondary_color": null,
    "logo_url": null, "terms_url": null, "privacy_url": null, "contact": null, "about": null, "phone": null, "whatsapp": null,
    "street_address": null, "address_map_url": null, "callback_url": "https://merchant.example/hook", "return_url": "https://merchant.example/back",
    "colombian_phone": false, "callback_disabled_at": null, "callback_disabled_reason": null, "version": 1}'::jsonb, 'the settings');
SELECT is(kf.branding_get(t.id(900)), NULL, 'of nobody');
SELECT is(t.refusal(format('SELECT kf.branding_change(%L, NULL, %L)', t.id(100), p)), f, p) FROM (VALUES ('{"primary_color":"red"}', 'KF422 primary_color'),
    ('{"secondary_color":"#12345"}', 'KF422 secondary_color'), ('{"subdomain":"tenant2"}', 'KF422 subdomain'), ('{"subdomain":"www"}', 'KF422 subdomain'),
    ('{"subdomain":"-x-"}', 'KF422 subdomain'), ('{"custom_domain":"nope"}', 'KF422 custom_domain'), ('{"time_zone":"Mars"}', 'KF422 time_zone'), ('{"language":"fr"}', 'KF422 language'),
    ('{"callback_url":"ftp://x"}', 'KF422 callback_url'), ('{"name":"x"}', 'KF422 name'), ('{"status":"active"}', 'KF422 status'), ('{"tenant_id":"x"}', 'KF422 tenant_id'),
    ('{"allowed_origins":["x"]}', 'KF422 allowed_origins')) x(p, f);
SELECT is((SELECT (d->>'primary_color', d->>'version', d->>'name')::text FROM kf.branding_change(t.id(100), 1, '{"primary_color":"#112233"}') d), '(#112233,2,"Tenant 1")', 'changed');
SELECT is(t.refusal(format('SELECT kf.branding_change(%L, 1, ''{"name":"Otra"}'')', t.id(100))), 'KF421', 'another version');
SELECT is(kf.branding_change(t.id(900), NULL, '{"name":"Otra"}'), NULL, 'nobody');
SELECT is(kf.subdomain_free(t.id(100), n) - 'name', jsonb_build_object('available', r IS NULL, 'reason', r), n) FROM (VALUES ('tenant1', NULL), ('tenant2', 'taken'), ('www', 'reserved'),
    ('Foo', 'invalid'), ('ab', 'invalid'), ('free-one', NULL)) x(n, r);

-- The remaining setup steps.
SELECT kf.tenant_create(t.id(300), '{"subdomain":"empty","name":"Empty"}');
CREATE FUNCTION pg_temp.steps(p_n int) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(s->>'key', ' ' ORDER BY n) FILTER (WHERE (s->>'done')::boolean) FROM jsonb_array_elements(kf.checklist_get(t.id(p_n))->'steps') WITH ORDINALITY x(s, n) $$;
SELECT is(pg_temp.steps(300), NULL, 'nothing is done');
SELECT is(kf.checklist_get(t.id(300)) - 'steps', '{"done":false,"first_paid_booking":false}'::jsonb, 'no booking');
SELECT kf.branding_change(t.id(300), NULL, '{"primary_color":"#112233"}');
SELECT is(pg_temp.steps(300), 'branding', 'a colour');
SELECT kf.service_add(t.id(300), t.id(301), '{"name":"Nueva","description":"Diez letras","duration_min":15,"price_cents":0}');
SELECT is(pg_temp.steps(300), 'branding service', 'a service');
SELECT kf.professional_add(t.id(300), t.id(311), '{"name":"Eva","hours":[{"weekday":1,"starts":"09:00","ends":"10:00"}]}');
SELECT is(pg_temp.steps(300), 'branding service', 'somebody who offers nothing does not count');
SELECT kf.professional_change(t.id(300), t.id(311), NULL, jsonb_build_object('services', jsonb_build_array(t.id(301))));
SELECT is(pg_temp.steps(300), 'branding service professional', 'who does counts');
SELECT kf.payment_account_put(t.id(300), 'wompi', 'test', 'pub', 's', 's', 's', 'hook-of-tenant-number-300'), kf.link_add(t.id(300), t.id(321), '{"name":"Web"}');
SELECT is(kf.checklist_get(t.id(300))->>'done', 'true', 'all is done');
SELECT is(kf.checklist_get(t.id(100))->>'first_paid_booking', 'true', 'somebody has paid');

-- Accounts.
SELECT is((kf.account_get(t.id(100))->'accounts'->0) - 'updated_at', '{"provider": "wompi", "mode": "test", "public_key": "pub_test_1", "private_key": "••••", "integrity_secret": "••••",
    "events_secret": "••••", "hook_path": "/api/webhooks/wompi/hook-of-tenant-number-1", "min_cents": 150000, "active": true, "tested_at": null, "test_result": null}'::jsonb, 'the account without its secrets');
SELECT ok(kf.account_get(t.id(100))::text !~ 'sealed', 'not even sealed');
SELECT is(kf.account_tested(t.id(100), 'wompi', 'test', 'ok')->'accounts'->0->>'test_result', 'ok', 'tested');
SELECT is(kf.account_tested(t.id(100), 'wompi', 'production', 'ok'), NULL, 'no such account');
SELECT is(kf.account_get(t.id(900)), NULL, 'of nobody');
SELECT is(kf.service_page(t.id(900), '{}'), '{"items":[],"next":null}'::jsonb, 'nobody has no services');
SELECT * FROM finish();
ROLLBACK;
