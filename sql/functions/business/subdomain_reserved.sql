-- Host names that no business may have.
CREATE OR REPLACE FUNCTION kf.subdomain_reserved(p_name text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN p_name IN ('www', 'api', 'admin', 'app', 'assets', 'auth', 'billing', 'book', 'cdn',
                      'dashboard', 'dev', 'docs', 'ftp', 'help', 'hooks', 'imap', 'konfirmado',
                      'localhost', 'login', 'mail', 'pop', 'root', 'smtp', 'staging', 'static',
                      'status', 'support', 'test', 'webhooks', 'webmail');
END
$$;
