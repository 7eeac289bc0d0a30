-- What the n-th row of a professional's busy time covers when it is asked for now: 60 days each (no
-- provider is asked for more at once), two of them in common with the next. A buffer may reach back
-- before now: p_before_min.
CREATE OR REPLACE FUNCTION kf.calendar_range(p_n int, p_now timestamptz, p_before_min int) RETURNS tstzrange
LANGUAGE sql STABLE
AS $$
    SELECT tstzrange(f.at, f.at + make_interval(hours => 24 * 60))
    FROM (SELECT date_trunc('minute', p_now) - make_interval(mins => p_before_min)
                 + make_interval(hours => 24 * 58 * p_n)) f(at)
$$;

-- The row that holds whatever may begin at p_at, its length and buffers with it.
CREATE OR REPLACE FUNCTION kf.calendar_row_of(p_at timestamptz, p_now timestamptz) RETURNS int
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE WHEN d.days < 59 THEN 0 ELSE floor(d.days / 58)::int END
    FROM (SELECT extract(epoch FROM p_at - p_now) / 86400) d(days)
$$;
