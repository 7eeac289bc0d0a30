-- The range of the n-th row of a professional's busy time when it is read now: 60 days each (providers allow no more in
-- one request), overlapping the next by two days. A buffer may reach into the past: p_before_min.
CREATE OR REPLACE FUNCTION kf.calendar_range(p_n int, p_now timestamptz, p_before_min int) RETURNS tstzrange
LANGUAGE sql STABLE
AS $$
    SELECT tstzrange(f.at, f.at + make_interval(hours => 24 * 60))
    FROM (SELECT date_trunc('minute', p_now) - make_interval(mins => p_before_min)
                 + make_interval(hours => 24 * 58 * p_n)) f(at)
$$;

-- The row that covers any time beginning at p_at, with its length and buffers.
CREATE OR REPLACE FUNCTION kf.calendar_row_of(p_at timestamptz, p_now timestamptz) RETURNS int
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE WHEN d.days < 59 THEN 0 ELSE floor(d.days / 58)::int END
    FROM (SELECT extract(epoch FROM p_at - p_now) / 86400) d(days)
$$;
