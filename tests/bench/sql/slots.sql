-- The module's statement for slots, for a random professional.
\set p random(0, :pros - 1)
\set t 100000000000 + :p / :per
\set p 300000000000 + :p
SELECT no, starts_at, ends_at, version FROM kf.busy_read(('00000000-0000-7000-8000-' || :t)::uuid, ARRAY[('00000000-0000-7000-8000-' || :p)::uuid], :from::timestamptz, :to::timestamptz);
