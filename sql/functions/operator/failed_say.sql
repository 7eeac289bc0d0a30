-- Raises one warning, which the worker logs, about all failed rows: "bookings that ...: 3, the first ID: why".
CREATE OR REPLACE FUNCTION kf.failed_say(p_what text, p_failed text[]) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF cardinality(p_failed) > 0 THEN
        RAISE WARNING USING ERRCODE = 'KF901', MESSAGE = format('%s: %s, the first %s', p_what, cardinality(p_failed), p_failed[1]);
    END IF;
END
$$;
