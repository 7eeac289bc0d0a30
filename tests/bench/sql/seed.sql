-- Fills a database for the benchmark: tenants with professionals of equal hours, two bookings on
-- each working day from :past working days before :'monday' to 25 after it. psql variables:
-- pros, per (professionals of a tenant), past, monday (date, in Bogota).
-- As the superuser, without the triggers of foreign keys: the rows are right by construction.
\set ON_ERROR_STOP on
SET session_replication_role = replica;
SET timezone = 'America/Bogota';
SET synchronous_commit = off;
BEGIN;
CREATE FUNCTION pg_temp.id(p_n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
AS $$ SELECT ('00000000-0000-7000-8000-' || p_n)::uuid $$;

INSERT INTO kf.tenant (tenant_id, subdomain, name, return_url, callback_url, created_at)
SELECT pg_temp.id(100000000000 + n), 'bench' || n, 'Clínica ' || n, 'https://merchant.example/back',
       'https://merchant.example/hook', now()
FROM generate_series(0, :pros / :per - 1) n;
INSERT INTO kf.service (tenant_id, service_id, name, description, duration_min, price_cents, currency,
                        charge_type, deposit_percent, horizon_days, step_min, created_at)
SELECT t.tenant_id, pg_temp.id(200000000000 + substr(t.subdomain, 6)::int), 'Consulta general',
       'Una consulta de media hora con diagnóstico y recomendaciones.', 30, 12000000, 'COP',
       'partial_percent', 25, 300, 30, now()
FROM kf.tenant t;
INSERT INTO kf.professional (tenant_id, professional_id, name, description, time_zone, position, created_at)
SELECT pg_temp.id(100000000000 + i / :per), pg_temp.id(300000000000 + i), 'Profesional ' || i,
       'Especialista con diez años de experiencia.', 'America/Bogota', i, now()
FROM generate_series(0, :pros - 1) i;
INSERT INTO kf.professional_service
SELECT pg_temp.id(100000000000 + i / :per), pg_temp.id(300000000000 + i), pg_temp.id(200000000000 + i / :per)
FROM generate_series(0, :pros - 1) i;
INSERT INTO kf.booking_link (tenant_id, link_id, public_id, name, created_at)
SELECT t.tenant_id, pg_temp.id(400000000000 + substr(t.subdomain, 6)::int),
       'bench-' || substr(t.subdomain, 6), 'Web', now()
FROM kf.tenant t;
-- Without a payment account no paid service is offered; nobody pays here.
INSERT INTO kf.payment_account (tenant_id, provider, mode, public_key, private_key_sealed,
    integrity_secret_sealed, events_secret_sealed, hook_id, min_cents, created_at, updated_at)
SELECT t.tenant_id, 'wompi', 'test', 'pub_test_bench', '-', '-', '-', 'hook-of-' || t.tenant_id, 0, now(), now()
FROM kf.tenant t;

-- The first one also offers a free service, by eight links; its professional is notified by mail.
INSERT INTO kf.service (tenant_id, service_id, name, description, duration_min, price_cents, currency, horizon_days, step_min,
                        created_at)
VALUES (pg_temp.id(100000000000), pg_temp.id(210000000000), 'Llamada', 'Una llamada sin costo.', 30, 0, 'COP', 300, 30, now());
INSERT INTO kf.professional_service
SELECT p.tenant_id, p.professional_id, pg_temp.id(210000000000)
FROM kf.professional p WHERE p.tenant_id = pg_temp.id(100000000000);
UPDATE kf.professional p SET email = p.position || '@bench0.example' WHERE p.tenant_id = pg_temp.id(100000000000);
INSERT INTO kf.booking_link (tenant_id, link_id, public_id, name, created_at)
SELECT pg_temp.id(100000000000), pg_temp.id(410000000000 + n), 'bench-free-' || n, 'Web', now() FROM generate_series(0, 7) n;

-- One clinic with its public data: its booking page is measured.
INSERT INTO kf.tenant (tenant_id, subdomain, name, primary_color, return_url, callback_url, created_at)
VALUES (pg_temp.id(190000000000), 'clinic', 'Clínica Aurora', '#0f766e', 'https://merchant.example/back',
        'https://merchant.example/hook', now());
INSERT INTO kf.service (tenant_id, service_id, name, description, duration_min, price_cents, currency, created_at)
SELECT pg_temp.id(190000000000), pg_temp.id(290000000000 + n), v.name, v.description, v.minutes, v.price, 'COP', now()
FROM (VALUES (1, 'Consulta general', 'Revisión completa con diagnóstico y plan de tratamiento.', 30, 12000000),
             (2, 'Limpieza dental', 'Profilaxis con ultrasonido y flúor para toda la familia.', 45, 18000000),
             (3, 'Valoración', 'Primera cita sin costo para conocer tu caso.', 15, 0))
     v(n, name, description, minutes, price);
INSERT INTO kf.professional (tenant_id, professional_id, name, description, time_zone, position, created_at)
SELECT pg_temp.id(190000000000), pg_temp.id(390000000000 + n), 'Dra. Profesional ' || n,
       'Odontóloga con diez años de experiencia.', 'America/Bogota', n, now()
FROM generate_series(1, 6) n;
INSERT INTO kf.professional_service
SELECT p.tenant_id, p.professional_id, s.service_id
FROM kf.professional p JOIN kf.service s USING (tenant_id) WHERE p.tenant_id = pg_temp.id(190000000000);
INSERT INTO kf.booking_link (tenant_id, link_id, public_id, name, created_at)
VALUES (pg_temp.id(190000000000), pg_temp.id(490000000000), 'bench-clinic', 'Web', now());

INSERT INTO kf.working_hours
SELECT p.tenant_id, p.professional_id, d, 'work', h.starts::time, h.ends::time
FROM kf.professional p, generate_series(1, 5) d,
     (VALUES ('08:00', '12:00'), ('13:00', '17:00')) h(starts, ends);

-- In chronological order: day by day, not professional by professional.
INSERT INTO kf.claim
SELECT pg_temp.id(100000000000 + i / :per), pg_temp.id(500000000000 + i * 1000 + (w + :past) * 2 + j),
       pg_temp.id(300000000000 + i), pg_temp.id(200000000000 + i / :per), pg_temp.id(400000000000 + i / :per),
       at, at + interval '30 minutes', at, at + interval '30 minutes', 'booked', NULL,
       sha256(int8send(i::int8 * 1000 + (w + :past) * 2 + j)), 12000000, 3000000, 'COP', 'America/Bogota',
       least(now(), at - interval '3 days')
FROM generate_series(-:past, 24) w, generate_series(0, 1) j, generate_series(0, :pros - 1) i,
     LATERAL (SELECT (i * 7 + (w + 1000) * 3 + j * 5) % 16 AS k) slot,
     LATERAL (SELECT (:'monday'::date + floor(w / 5.0)::int * 7 + (w - floor(w / 5.0)::int * 5)
                      + CASE WHEN k < 8 THEN interval '8 hours' ELSE interval '9 hours' END
                      + k * interval '30 minutes')::timestamptz AS at) moment;
INSERT INTO kf.booking
SELECT c.tenant_id, pg_temp.id(100000000000 + substr(c.claim_id::text, 25)::int8), c.claim_id, c.service_id,
       c.professional_id, c.link_id, CASE WHEN c.ends_at < now() THEN 'completed' ELSE 'confirmed' END, 3,
       'Ana Pérez', 'ana@customer.example', '+573001234567', '', c.created_at, 'es', 'America/Bogota',
       c.slot_start, c.slot_end, c.created_at + interval '10 minutes', c.price_cents, c.charge_cents, c.currency,
       '{"service_name": "Consulta general", "duration_min": 30, "charge_type": "partial_percent",
         "professional_name": "Profesional", "professional_zone": "America/Bogota"}',
       c.token_hash, c.created_at, c.created_at
FROM kf.claim c;
COMMIT;
VACUUM ANALYZE;
CHECKPOINT;
