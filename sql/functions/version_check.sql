-- Refuses a change if the current version is not the wanted one; null: any version.
CREATE OR REPLACE FUNCTION kf.version_check(p_is int, p_wanted int) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF p_is <> p_wanted THEN
        PERFORM kf.refuse('KF421', 'This has changed meanwhile');
    END IF;
END
$$;
