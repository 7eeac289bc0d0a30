-- The setup limits of a business: unarchived professionals, services and links; spans of a day and overrides of a
-- professional. The operator may change them: ALTER DATABASE ... SET kf.max_professionals = 500.
CREATE OR REPLACE FUNCTION kf.setup_limit(p_what text) RETURNS int
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN coalesce(nullif(current_setting('kf.max_' || p_what, true), '')::int,
                    CASE p_what WHEN 'professionals' THEN 200 WHEN 'services' THEN 200 WHEN 'links' THEN 500
                                WHEN 'spans' THEN 12 WHEN 'overrides' THEN 1000 END);
END
$$;
