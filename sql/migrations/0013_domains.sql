-- A domain of a business's own works only while the business proves that the domain is its own: by a TXT record at
-- _konfirmado.DOMAIN with the token that we gave it. A row is what one business says; kf.tenant.custom_domain has a
-- domain only while it is proven, so that a mere claim stands in nobody's way.
CREATE TABLE kf.tenant_domain (
    tenant_id uuid PRIMARY KEY REFERENCES kf.tenant,
    domain text NOT NULL CHECK (domain = lower(domain) AND length(domain) <= 253),
    token text NOT NULL CHECK (length(token) BETWEEN 32 AND 64),
    -- pending: never proven, or not any more; missing: proven, and the record is gone since missing_since;
    -- taken: the record is there, and so is the one of a business that proved the domain before
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'proven', 'missing', 'taken')),
    claimed_at timestamptz NOT NULL,
    asked_at timestamptz NOT NULL, -- when the business last wanted it looked at
    proven_at timestamptz,
    missing_since timestamptz,
    checked_at timestamptz,
    answer text CHECK (answer IN ('found', 'none', 'other', 'failed')), -- of the last look
    next_check_at timestamptz,     -- null: not before the business asks
    lease_until timestamptz
);
CREATE INDEX tenant_domain_due ON kf.tenant_domain (next_check_at) WHERE next_check_at IS NOT NULL;
CREATE INDEX tenant_domain_name ON kf.tenant_domain (domain);

-- Domains that were there before have the time that a lost record has. As the directory, which sees every tenant.
GRANT SELECT ON kf.tenant TO konfirmado_directory;
GRANT INSERT ON kf.tenant_domain TO konfirmado_directory;
SET ROLE konfirmado_directory;
INSERT INTO kf.tenant_domain (tenant_id, domain, token, state, claimed_at, asked_at, proven_at, missing_since, next_check_at)
SELECT t.tenant_id, t.custom_domain, 'konfirmado-' || replace(gen_random_uuid()::text, '-', ''), 'missing', now(), now(),
       t.created_at, now(), now()
FROM kf.tenant t WHERE t.custom_domain IS NOT NULL;
RESET ROLE;
REVOKE INSERT ON kf.tenant_domain FROM konfirmado_directory;
