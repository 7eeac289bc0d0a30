-- Refuses a host name that another tenant has.
CREATE OR REPLACE FUNCTION kf.tenant_name_taken(p_error text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF p_error LIKE '%tenant_custom_domain%' THEN
        PERFORM kf.refuse_field('This domain is taken', 'custom_domain', 'taken');
    ELSIF p_error LIKE '%tenant_subdomain%' THEN
        PERFORM kf.refuse_field('This name is taken', 'subdomain', 'taken');
    END IF;
    PERFORM kf.refuse('KF409', 'This tenant already exists');
END
$$;
