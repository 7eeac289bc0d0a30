-- The delay after the p_failed-th failed sending; null: it was the last one.
CREATE OR REPLACE FUNCTION kf.callback_delay(p_failed int) RETURNS interval
LANGUAGE sql IMMUTABLE
AS $$
    SELECT (ARRAY[interval '5 seconds', '5 minutes', '30 minutes', '2 hours', '5 hours',
                  '10 hours', '14 hours', '20 hours', '24 hours'])[p_failed]
$$;
