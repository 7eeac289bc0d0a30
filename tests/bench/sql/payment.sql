-- An approved payment finds its booking (of sql/pending.sql) and settles it.
\set n :n + 1
\set b 100000000000000 + :base + (:n - 1) * :clients + :client_id
SELECT outcome FROM kf.payment_apply('00000000-0000-7000-8000-100000000000'::uuid, ('00000000-0000-7000-9' || :b)::uuid, 'wompi', :b::text, 'kf-00000000000070008' || :b || '-1', 'APPROVED', 3000000::bigint, 'COP', 'CARD', true, 'event', 'test');
