-- A masked address for the holder of a link: the first letters, and the domain.
CREATE OR REPLACE FUNCTION kf.email_masked(p_email text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT left(split_part(p_email, '@', 1), least(3, length(split_part(p_email, '@', 1)) / 2)) || '***@'
           || split_part(p_email, '@', 2)
$$;
