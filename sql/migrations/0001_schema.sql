-- The merchant's side: tenants, services, professionals, hours, links, accounts.
-- Every table of a tenant leads its primary key with tenant_id; every reference and every
-- unique name is composite with it, because foreign keys do not look at row security.

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA kf;

GRANT USAGE ON SCHEMA kf TO konfirmado_app;
GRANT USAGE, CREATE ON SCHEMA kf TO konfirmado_directory;
-- Functions are for those whom a grant names, not for everybody.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA kf GRANT EXECUTE ON FUNCTIONS TO konfirmado_app, konfirmado_directory;

-- Names that may be used as a time zone, spelled exactly; reading pg_timezone_names
-- walks the zone files on disk at every call, so the names are kept here (and added to
-- whenever the functions are applied).
CREATE TABLE kf.zone_name (
    name text PRIMARY KEY
);

CREATE TABLE kf.tenant (
    tenant_id uuid PRIMARY KEY,
    subdomain text NOT NULL CHECK (subdomain ~ '^[a-z0-9]([a-z0-9-]{1,61}[a-z0-9])$'),
    custom_domain text CHECK (custom_domain = lower(custom_domain) AND length(custom_domain) <= 253),
    name text NOT NULL CHECK (length(name) BETWEEN 2 AND 100),
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
    time_zone text NOT NULL DEFAULT 'America/Bogota' REFERENCES kf.zone_name,
    language text NOT NULL DEFAULT 'es' CHECK (language IN ('es', 'en')),
    currency text NOT NULL DEFAULT 'COP' CHECK (currency ~ '^[A-Z]{3}$'),
    primary_color text CHECK (primary_color ~ '^#[0-9A-Fa-f]{6}$'),
    secondary_color text CHECK (secondary_color ~ '^#[0-9A-Fa-f]{6}$'),
    logo_url text,
    terms_url text,
    contact text,
    callback_url text,
    return_url text,
    colombian_phone boolean NOT NULL DEFAULT false,
    allowed_origins text[] NOT NULL DEFAULT '{}',
    frame_origins text[] NOT NULL DEFAULT '{}',
    callback_disabled_at timestamptz,
    callback_disabled_reason text,
    catalog_version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX tenant_subdomain ON kf.tenant (subdomain);
CREATE UNIQUE INDEX tenant_custom_domain ON kf.tenant (custom_domain);

CREATE TABLE kf.service (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    service_id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 3 AND 100),
    description text NOT NULL CHECK (length(description) BETWEEN 10 AND 2000),
    image_url text,
    duration_min int NOT NULL CHECK (duration_min BETWEEN 15 AND 480),
    price_cents bigint NOT NULL CHECK (price_cents BETWEEN 0 AND 1000000000000),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    charge_type text NOT NULL DEFAULT 'total'
        CHECK (charge_type IN ('total', 'partial_percent', 'partial_fixed')),
    deposit_percent int NOT NULL DEFAULT 25 CHECK (deposit_percent BETWEEN 1 AND 100),
    deposit_cents bigint CHECK (deposit_cents BETWEEN 0 AND price_cents),
    buffer_before_min int NOT NULL DEFAULT 0 CHECK (buffer_before_min BETWEEN 0 AND 240),
    buffer_after_min int NOT NULL DEFAULT 0 CHECK (buffer_after_min BETWEEN 0 AND 240),
    notice_min int NOT NULL DEFAULT 0 CHECK (notice_min BETWEEN 0 AND 525600),
    horizon_days int NOT NULL DEFAULT 60 CHECK (horizon_days BETWEEN 1 AND 730),
    step_min int NOT NULL DEFAULT 15 CHECK (step_min BETWEEN 5 AND 480),
    max_per_day int CHECK (max_per_day >= 1),
    active boolean NOT NULL DEFAULT true,
    position int NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, service_id),
    CHECK (charge_type <> 'partial_fixed' OR deposit_cents IS NOT NULL)
);

CREATE TABLE kf.professional (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    professional_id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 2 AND 100),
    description text NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
    photo_url text,
    time_zone text NOT NULL REFERENCES kf.zone_name,
    active boolean NOT NULL DEFAULT true,
    position int NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, professional_id)
);

CREATE TABLE kf.professional_service (
    tenant_id uuid NOT NULL,
    professional_id uuid NOT NULL,
    service_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, professional_id, service_id),
    FOREIGN KEY (tenant_id, professional_id) REFERENCES kf.professional,
    FOREIGN KEY (tenant_id, service_id) REFERENCES kf.service
);
CREATE INDEX professional_service_service ON kf.professional_service (tenant_id, service_id);

-- Weekly hours in the professional's wall time; breaks are cut out of the work.
CREATE TABLE kf.working_hours (
    tenant_id uuid NOT NULL,
    professional_id uuid NOT NULL,
    weekday int NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    kind text NOT NULL DEFAULT 'work' CHECK (kind IN ('work', 'break')),
    starts time NOT NULL,
    ends time NOT NULL,
    PRIMARY KEY (tenant_id, professional_id, weekday, kind, starts),
    FOREIGN KEY (tenant_id, professional_id) REFERENCES kf.professional,
    CHECK (starts < ends)
);

-- The rows of a day take the place of its weekly hours and breaks; a closed day is one
-- row without times.
CREATE TABLE kf.date_override (
    tenant_id uuid NOT NULL,
    professional_id uuid NOT NULL,
    day date NOT NULL,
    n int NOT NULL,
    starts time,
    ends time,
    PRIMARY KEY (tenant_id, professional_id, day, n),
    FOREIGN KEY (tenant_id, professional_id) REFERENCES kf.professional,
    CHECK ((starts IS NULL) = (ends IS NULL)),
    CHECK (starts < ends)
);

CREATE TABLE kf.closed_day (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    day date NOT NULL,
    reason text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, day)
);

CREATE TABLE kf.booking_link (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    link_id uuid NOT NULL,
    public_id text NOT NULL CHECK (public_id ~ '^[A-Za-z0-9_-]{6,64}$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    service_id uuid,
    professional_id uuid,
    locked boolean NOT NULL DEFAULT false,
    language text CHECK (language IN ('es', 'en')),
    expires_at timestamptz,
    max_uses int CHECK (max_uses >= 1),
    uses int NOT NULL DEFAULT 0,
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, link_id),
    FOREIGN KEY (tenant_id, service_id) REFERENCES kf.service,
    FOREIGN KEY (tenant_id, professional_id) REFERENCES kf.professional
);
CREATE UNIQUE INDEX booking_link_public ON kf.booking_link (public_id);

-- A merchant's account at a payment provider; the secrets are sealed by the application.
CREATE TABLE kf.payment_account (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    provider text NOT NULL CHECK (provider ~ '^[a-z]{3,20}$'),
    mode text NOT NULL CHECK (mode IN ('test', 'production')),
    public_key text NOT NULL,
    private_key_sealed text NOT NULL,
    integrity_secret_sealed text NOT NULL,
    events_secret_sealed text NOT NULL,
    hook_id text NOT NULL CHECK (length(hook_id) >= 20),
    min_cents bigint NOT NULL DEFAULT 0 CHECK (min_cents >= 0),
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, provider, mode)
);
CREATE UNIQUE INDEX payment_account_hook ON kf.payment_account (hook_id);
CREATE UNIQUE INDEX payment_account_active ON kf.payment_account (tenant_id) WHERE active;

CREATE TABLE kf.callback_secret (
    tenant_id uuid NOT NULL REFERENCES kf.tenant,
    secret_id uuid NOT NULL,
    sealed text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    PRIMARY KEY (tenant_id, secret_id)
);
