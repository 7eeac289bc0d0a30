-- Bookings of one merchant (psql variable n gives the number), newest first in time. They are used to measure the
-- merchant's lists, searches and exports. Run as the superuser, without foreign key triggers: claims and history, which
-- no list reads, are omitted.
\set ON_ERROR_STOP on
SET session_replication_role = replica;
SET synchronous_commit = off;
BEGIN;
CREATE FUNCTION pg_temp.id(p_n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
AS $$ SELECT ('00000000-0000-7000-8000-' || lpad(p_n::text, 12, '0'))::uuid $$;
-- A pseudo-random number from 0 to p_of - 1, the same in every run.
CREATE FUNCTION pg_temp.throw(p_n int, p_what text, p_of int) RETURNS int LANGUAGE sql IMMUTABLE
AS $$ SELECT (hashint4extended(p_n, hashtext(p_what)) & 1073741823)::int % p_of $$;

INSERT INTO kf.tenant (tenant_id, subdomain, name, return_url, callback_url, created_at)
VALUES (pg_temp.id(700000000000), 'archive', 'Clínica del Archivo', 'https://merchant.example/back',
        'https://merchant.example/hook', now());
INSERT INTO kf.service (tenant_id, service_id, name, description, duration_min, price_cents, currency, created_at)
VALUES (pg_temp.id(700000000000), pg_temp.id(710000000000), 'Consulta general',
        'Una consulta de media hora con diagnóstico.', 30, 12000000, 'COP', now());
INSERT INTO kf.professional (tenant_id, professional_id, name, description, time_zone, position, created_at)
SELECT pg_temp.id(700000000000), pg_temp.id(720000000000 + i), 'Profesional ' || i, '', 'America/Bogota', i, now()
FROM generate_series(0, 9) i;

-- Building an index of texts at the end is faster than row by row.
SELECT pg_get_indexdef('kf.booking_search'::regclass) AS search \gset
DROP INDEX kf.booking_search;
INSERT INTO kf.booking (tenant_id, booking_id, claim_id, service_id, professional_id, status, version,
    customer_name, customer_email, customer_phone, notes, accepted_terms_at, language, customer_zone, slot_start, slot_end,
    hold_expires_at, price_cents, charge_cents, currency, terms, token_hash, created_at, updated_at)
SELECT pg_temp.id(700000000000), pg_temp.id(n), pg_temp.id(n), pg_temp.id(710000000000),
       pg_temp.id(720000000000 + n % 10), s.status, 3,
       w.first || ' ' || w.last || ' ' || w.second,
       kf.search_fold(w.first || '.' || w.last) || n || '@customer.example', '+57300' || lpad(n::text, 7, '0'), '',
       at, 'es', 'America/Bogota', at, at + interval '30 minutes', at, 12000000, 3000000, 'COP',
       '{"service_name": "Consulta general", "duration_min": 30, "charge_type": "partial_percent",
         "professional_name": "Profesional", "professional_zone": "America/Bogota"}',
       sha256(int4send(n)), at - interval '3 days', at
FROM generate_series(1, :n) n,
     LATERAL (SELECT date_trunc('day', now()) + interval '30 days' - n / 160 * interval '1 day'
                     - n % 16 * interval '30 minutes' AS at) moment,
     LATERAL (SELECT CASE pg_temp.throw(n, 'status', 20) WHEN 0 THEN 'cancelled' WHEN 1 THEN 'expired'
                     WHEN 2 THEN 'no_show' ELSE CASE WHEN at > now() THEN 'confirmed' ELSE 'completed' END END
              AS status) s,
     LATERAL (SELECT (ARRAY['María', 'Ana', 'Luisa', 'Camila', 'Valentina', 'Laura', 'Daniela', 'Mariana', 'Sofía',
                      'Paula', 'Andrea', 'Carolina', 'Juliana', 'Natalia', 'Isabela', 'Carlos', 'Juan', 'Andrés',
                      'Felipe', 'Santiago', 'Óscar', 'Diego', 'Jorge', 'Luis', 'Sebastián', 'Mateo', 'Nicolás',
                      'Alejandro', 'David', 'Camilo', 'Esteban', 'Hernán'])[1 + pg_temp.throw(n, 'first', 32)] AS first,
                     (ARRAY['Pérez', 'Gómez', 'Rodríguez', 'Martínez', 'López', 'García', 'Hernández', 'Ramírez',
                      'Torres', 'Díaz', 'Vargas', 'Castro', 'Rojas', 'Moreno', 'Muñoz', 'Ortiz', 'Jiménez', 'Ruiz',
                      'Suárez', 'Mendoza', 'Cárdenas', 'Salazar', 'Peña', 'Cortés', 'Guerrero', 'Herrera', 'Medina',
                      'Acosta', 'Quintero', 'Zapata', 'Arango', 'Uribe'])[1 + pg_temp.throw(n, 'last', 32)] AS last,
                     (ARRAY['Silva', 'Molina', 'Ríos', 'Vega', 'Mejía', 'Franco', 'Correa', 'Ossa', 'Pardo', 'León',
                      'Duque', 'Giraldo', 'Henao', 'Ospina', 'Cano', 'Botero'])[1 + pg_temp.throw(n, 'second', 16)]
                     AS second) w;
INSERT INTO kf.payment (tenant_id, payment_id, provider, provider_tx_id, booking_id, reference, amount_cents, currency,
                        status, state, approved_cents, created_at, updated_at)
SELECT b.tenant_id, b.booking_id, 'wompi', b.booking_id::text, b.booking_id, '', b.charge_cents, 'COP', 'APPROVED',
       'applied', b.charge_cents, b.created_at, b.created_at
FROM kf.booking b WHERE b.tenant_id = pg_temp.id(700000000000) AND b.status NOT IN ('expired', 'cancelled');
:search;
COMMIT;
VACUUM ANALYZE kf.booking;
VACUUM ANALYZE kf.payment;
