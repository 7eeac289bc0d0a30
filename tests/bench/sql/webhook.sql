-- The module's statement that stores an event, a new one each time.
\set n :n + 1
\set e 100000000000000 + (:n * 32 + :client_id)
SELECT stored FROM kf.event_store('00000000-0000-7000-8000-190000000000'::uuid, ('00000000-0000-7000-8' || :e)::uuid, 'wompi', :e::text || '-APPROVED', :e::text, 'kf-0000000000007000800000000000000f-1', 'APPROVED', :body::text::bytea);
