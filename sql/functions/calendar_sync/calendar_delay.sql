-- The delay after the p_n-th failure in a row: 2^n seconds up to p_most_s, varied by p_jitter_ppm (at most a fifth,
-- either way), or the provider's delay if longer (a day at most).
CREATE OR REPLACE FUNCTION kf.calendar_delay(p_n int, p_most_s int, p_retry_s int, p_jitter_ppm int) RETURNS interval
LANGUAGE sql IMMUTABLE
AS $$
    SELECT greatest(make_interval(secs => least(2 ^ least(p_n, 20), p_most_s)::float8
                        * (1 + greatest(least(coalesce(p_jitter_ppm, 0), 200000), -200000) / 1000000.0)::float8),
                    make_interval(secs => least(coalesce(p_retry_s, 0), 86400)))
$$;
