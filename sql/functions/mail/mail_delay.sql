-- The delay of a mail after its p_n-th failure; null after the tenth. From the first to the last attempt less than a
-- day passes.
CREATE OR REPLACE FUNCTION kf.mail_delay(p_n int) RETURNS interval
LANGUAGE sql IMMUTABLE
AS $$
    SELECT (ARRAY['30 seconds', '2 minutes', '8 minutes', '20 minutes', '1 hour', '2 hours', '4 hours',
                  '6 hours', '10 hours'])[p_n]::interval
$$;
