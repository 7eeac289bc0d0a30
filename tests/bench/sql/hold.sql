-- The module's statement for a hold, each on a new slot, in the same order as in lua/load.lua.
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
\set link :who / :per
\set p 300000000000 + :who
\set c 100000000000000 + (:base + :n * 32 + :client_id)
SELECT claim_id, professional_id, professional_name, slot_start, slot_end, expires_at, price_cents, charge_cents, currency FROM kf.hold_take(('00000000-0000-7000-8000-' || :t)::uuid, ('00000000-0000-7000-8' || :c)::uuid, 'bench-' || :link, ('00000000-0000-7000-8000-' || :s)::uuid, ('00000000-0000-7000-8000-' || :p)::uuid, to_timestamp(:at), sha256(:c::text::bytea), 600, NULL::text, NULL::bytea, NULL::timestamptz, (:base + :n * 32 + :client_id) / 10, (:base + :n * 32 + :client_id) / 100, ARRAY[60, 400, 50, 17], 0);
