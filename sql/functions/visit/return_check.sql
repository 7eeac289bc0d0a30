-- The origin of an address: all of it up to the path, including any user name. So an address with a user name or a
-- backslash equals no origin of a business.
CREATE OR REPLACE FUNCTION kf.url_origin(p_url text) RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN lower(substring(p_url FROM '^(https?://[^/?#]+)'));
END
$$;

-- Whether customers of a business may be sent to an address: it begins with the origin of the business's own return
-- address or one of its allowed origins, and has no byte that is unsafe in a header or a page.
CREATE OR REPLACE FUNCTION kf.return_allowed(t kf.tenant, p_url text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN length(p_url) <= 2000 AND p_url ~ '^[!-~]+$'
           AND coalesce(kf.url_origin(p_url) = ANY (t.allowed_origins || kf.url_origin(t.return_url)), false);
END
$$;

-- Refuses a booking's return address that is not of its business: KF422 (return_url).
CREATE OR REPLACE FUNCTION kf.return_check(p_tenant uuid, p_url text) RETURNS void
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF p_url IS NOT NULL AND NOT EXISTS (
            SELECT FROM kf.tenant t WHERE t.tenant_id = p_tenant AND kf.return_allowed(t, p_url)) THEN
        PERFORM kf.refuse('KF422', 'This is not an address of the business: its origin must be one of allowed_origins',
                          'return_url');
    END IF;
END
$$;
