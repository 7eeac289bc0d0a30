-- Refuses a change made to another version than the one there is; null: whichever there is.
CREATE OR REPLACE FUNCTION kf.version_check(p_is int, p_wanted int) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF p_is <> p_wanted THEN
        PERFORM kf.refuse('KF421', 'This has changed meanwhile');
    END IF;
END
$$;
