-- The bare row of a hold in one statement, with its constraint, indexes and row security.
\set n :n + 1
\set i ((:base + :n * 32 + :client_id) * 15485863 + 12345) % (:pros * 1680)
\set who :i % :pros
\set f :i / :pros
\set w :f / 14
\set k1 (:who * 7 + (:w + 1000) * 3) % 16
\set k2 (:k1 + 5) % 16
\set k :f % 14
\set k CASE WHEN :k >= least(:k1, :k2) THEN :k + 1 ELSE :k END
\set k CASE WHEN :k >= greatest(:k1, :k2) THEN :k + 1 ELSE :k END
\set at :monday + (:w / 5 * 7 + :w % 5) * 86400 + CASE WHEN :k < 8 THEN 28800 ELSE 32400 END + :k * 1800
\set t 100000000000 + :who / :per
\set s 200000000000 + :who / :per
\set l 400000000000 + :who / :per
\set p 300000000000 + :who
\set c 100000000000000 + (:base + :n * 32 + :client_id)
INSERT INTO kf.claim (tenant_id, claim_id, professional_id, service_id, link_id, starts_at, ends_at, slot_start, slot_end, state, expires_at, token_hash, price_cents, charge_cents, currency, customer_zone, created_at) SELECT x.tenant, ('00000000-0000-7000-8' || :c)::uuid, ('00000000-0000-7000-8000-' || :p)::uuid, ('00000000-0000-7000-8000-' || :s)::uuid, ('00000000-0000-7000-8000-' || :l)::uuid, x.at, x.at + interval '30 minutes', x.at, x.at + interval '30 minutes', 'held', now() + interval '10 minutes', sha256(:c::text::bytea), 12000000, 3000000, 'COP', 'America/Bogota', now() FROM (SELECT set_config('kf.tenant', '00000000-0000-7000-8000-' || :t, true)::uuid AS tenant, to_timestamp(:at) AS at OFFSET 0) x ON CONFLICT DO NOTHING;
