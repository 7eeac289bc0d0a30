-- How much a business may set up: professionals, services and links that are not archived; spans of one day
-- of a professional, and overrides of one. The operator may say otherwise:
-- ALTER DATABASE ... SET kf.max_professionals = 500.
CREATE OR REPLACE FUNCTION kf.setup_limit(p_what text) RETURNS int
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN coalesce(nullif(current_setting('kf.max_' || p_what, true), '')::int,
                    CASE p_what WHEN 'professionals' THEN 200 WHEN 'services' THEN 200 WHEN 'links' THEN 500
                                WHEN 'spans' THEN 12 WHEN 'overrides' THEN 1000 END);
END
$$;
