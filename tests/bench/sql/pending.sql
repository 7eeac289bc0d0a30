-- Bookings of the first business that wait for payment, :count from number :base on, each with an attempt.
SET session_replication_role = replica;
SET synchronous_commit = off;
INSERT INTO kf.claim (tenant_id, claim_id, professional_id, service_id, link_id, starts_at, ends_at, slot_start, slot_end,
                      state, expires_at, token_hash, price_cents, charge_cents, currency, customer_zone, created_at)
SELECT '00000000-0000-7000-8000-100000000000', ('00000000-0000-7000-8' || 100000000000000 + k)::uuid,
       ('00000000-0000-7000-8000-' || 300000000000 + k % :per)::uuid, '00000000-0000-7000-8000-200000000000',
       '00000000-0000-7000-8000-400000000000', m.at, m.at + interval '30 minutes', m.at, m.at + interval '30 minutes',
       'pending', now() + interval '1 day', sha256((100000000000000 + k)::text::bytea), 12000000, 3000000, 'COP',
       'America/Bogota', now()
FROM generate_series(:base, :base + :count - 1) k,
     LATERAL (SELECT to_timestamp(:monday + 34560000 + (k / :per % 30011) * 1800) AS at) m;
INSERT INTO kf.booking (tenant_id, booking_id, claim_id, service_id, professional_id, link_id, customer_name,
                        customer_email, customer_phone, accepted_terms_at, language, customer_zone, slot_start, slot_end,
                        hold_expires_at, price_cents, charge_cents, currency, terms, token_hash, created_at, updated_at)
SELECT c.tenant_id, c.claim_id, c.claim_id, c.service_id, c.professional_id, c.link_id, 'Ana Pérez', 'ana@customer.example',
       '+573001234567', now(), 'es', c.customer_zone, c.slot_start, c.slot_end, c.expires_at, c.price_cents,
       c.charge_cents, c.currency, s.terms, c.token_hash, now(), now()
FROM kf.claim c, LATERAL (SELECT jsonb_build_object('service_name', v.name, 'duration_min', v.duration_min,
                              'professional_name', 'Profesional', 'professional_zone', 'America/Bogota',
                              'policy', kf.policy_of(v)) AS terms
                          FROM kf.service v WHERE v.tenant_id = c.tenant_id AND v.service_id = c.service_id) s
WHERE c.tenant_id = '00000000-0000-7000-8000-100000000000' AND c.state = 'pending';
INSERT INTO kf.payment_attempt (tenant_id, attempt_id, booking_id, n, provider, mode, reference, amount_cents, currency,
                                expires_at, created_at, next_poll_at)
SELECT b.tenant_id, b.booking_id, b.booking_id, 1, 'wompi', 'test', 'kf-' || replace(b.booking_id::text, '-', '') || '-1',
       b.charge_cents, b.currency, b.hold_expires_at, now(), now() + interval '1 day'
FROM kf.booking b WHERE b.tenant_id = '00000000-0000-7000-8000-100000000000' AND b.status = 'pending';
ANALYZE kf.payment_attempt;
