-- Calendars of professionals elsewhere: who connected what, what was read, what is to be written.

-- A link for a professional to connect a calendar with: once, for a while. Only its hash is kept.
CREATE TABLE kf.calendar_invitation (
    tenant_id uuid NOT NULL,
    invitation_id uuid NOT NULL,
    professional_id uuid NOT NULL,
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (tenant_id, invitation_id),
    FOREIGN KEY (tenant_id, professional_id) REFERENCES kf.professional
);
CREATE UNIQUE INDEX calendar_invitation_token ON kf.calendar_invitation (token_hash);
CREATE INDEX calendar_invitation_age ON kf.calendar_invitation (expires_at);
CREATE INDEX calendar_invitation_open ON kf.calendar_invitation (tenant_id, professional_id) WHERE used_at IS NULL;

-- A consent on its way. `state` goes to the provider and back, once; `browser` is a cookie of the
-- browser that began. What the provider granted waits here until the calendars are chosen.
CREATE TABLE kf.calendar_grant (
    tenant_id uuid NOT NULL,
    grant_id uuid NOT NULL,
    invitation_id uuid NOT NULL,
    professional_id uuid NOT NULL,
    provider text NOT NULL CHECK (provider ~ '^[a-z0-9]{3,20}$'),
    state_hash bytea NOT NULL CHECK (octet_length(state_hash) = 32),
    browser_hash bytea NOT NULL CHECK (octet_length(browser_hash) = 32),
    verifier_sealed text,  -- PKCE verifier and nonce; gone once the state was used
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    state_used_at timestamptz,
    granted_at timestamptz,
    account_id text,
    account_email text,
    scopes text,
    tokens_sealed text,
    access_expires_at timestamptz,
    calendars jsonb,       -- [{"id","name","time_zone","primary","may_write"}]
    finished_at timestamptz,
    PRIMARY KEY (tenant_id, grant_id),
    FOREIGN KEY (tenant_id, invitation_id) REFERENCES kf.calendar_invitation,
    FOREIGN KEY (tenant_id, professional_id) REFERENCES kf.professional
);
CREATE UNIQUE INDEX calendar_grant_state ON kf.calendar_grant (state_hash);
CREATE INDEX calendar_grant_age ON kf.calendar_grant (expires_at);

-- A professional's account at a provider. At most one lives at a time; a former one stays as a row
-- until its grant is revoked there, and for the events that it wrote.
CREATE TABLE kf.calendar_connection (
    tenant_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    professional_id uuid NOT NULL,
    provider text NOT NULL CHECK (provider ~ '^[a-z0-9]{3,20}$'),
    -- error: the provider refuses us for good; somebody must connect again
    state text NOT NULL CHECK (state IN ('connected', 'error', 'disconnected')),
    account_id text NOT NULL,
    account_email text NOT NULL DEFAULT '' CHECK (length(account_email) <= 254),
    scopes text NOT NULL DEFAULT '',
    calendars jsonb NOT NULL DEFAULT '[]',  -- as the grant listed them, to choose from later
    refresh_token_sealed text,
    access_token_sealed text,
    access_expires_at timestamptz,
    write_calendar text CHECK (length(write_calendar) <= 300), -- null: bookings are not written
    meeting boolean NOT NULL DEFAULT false,
    guest boolean NOT NULL DEFAULT false,   -- the customer is a guest of the event
    summary text NOT NULL DEFAULT '' CHECK (length(summary) <= 200), -- template; '' = ours
    error text,
    error_at timestamptz,
    told_at timestamptz,                    -- when the merchant was last told of trouble
    revoke_due_at timestamptz,              -- null: nothing to revoke
    revoke_attempts int NOT NULL DEFAULT 0,
    revoke_lease_until timestamptz,
    version int NOT NULL DEFAULT 1,
    connected_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (tenant_id, connection_id),
    FOREIGN KEY (tenant_id, professional_id) REFERENCES kf.professional
);
CREATE UNIQUE INDEX calendar_connection_live ON kf.calendar_connection (tenant_id, professional_id)
    WHERE state <> 'disconnected';
-- One account may serve several professionals: its grant is revoked with the last of them.
CREATE INDEX calendar_connection_account ON kf.calendar_connection (provider, account_id)
    WHERE state <> 'disconnected';
CREATE INDEX calendar_connection_revoke ON kf.calendar_connection (revoke_due_at) WHERE revoke_due_at IS NOT NULL;

-- The calendars of an account that are looked at: those whose busy time counts (`reads`), and the
-- one that is written to.
CREATE TABLE kf.calendar_source (
    tenant_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    calendar_id text NOT NULL CHECK (length(calendar_id) BETWEEN 1 AND 300),
    name text NOT NULL DEFAULT '' CHECK (length(name) <= 300),
    position int NOT NULL,
    reads boolean NOT NULL DEFAULT true,
    sync_token text,
    sync_due_at timestamptz,                -- null: nothing to look through
    sync_lease_until timestamptz,
    sync_attempts int NOT NULL DEFAULT 0,
    channel_due_at timestamptz,             -- when a channel is to be opened or renewed; null: no push
    channel_attempts int NOT NULL DEFAULT 0,
    channel_lease_until timestamptz,
    channel_error text,
    PRIMARY KEY (tenant_id, connection_id, calendar_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES kf.calendar_connection
);
CREATE INDEX calendar_source_sync ON kf.calendar_source (sync_due_at) WHERE sync_due_at IS NOT NULL;
CREATE INDEX calendar_source_channel ON kf.calendar_source (channel_due_at) WHERE channel_due_at IS NOT NULL;

-- Where the provider tells of changes. There is no renewing: a new one opens before the old one ends.
CREATE TABLE kf.calendar_channel (
    tenant_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    calendar_id text NOT NULL,
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    resource_id text,
    state text NOT NULL CHECK (state IN ('asked', 'live', 'stopping', 'ended')),
    expires_at timestamptz NOT NULL,
    last_number bigint NOT NULL DEFAULT 0,
    stop_due_at timestamptz,
    stop_attempts int NOT NULL DEFAULT 0,
    stop_lease_until timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, channel_id),
    FOREIGN KEY (tenant_id, connection_id, calendar_id) REFERENCES kf.calendar_source
);
CREATE UNIQUE INDEX calendar_channel_id ON kf.calendar_channel (channel_id);
CREATE INDEX calendar_channel_age ON kf.calendar_channel (expires_at);
CREATE INDEX calendar_channel_source ON kf.calendar_channel (tenant_id, connection_id, calendar_id)
    WHERE state IN ('asked', 'live');
CREATE INDEX calendar_channel_stop ON kf.calendar_channel (stop_due_at) WHERE stop_due_at IS NOT NULL;

-- What was read of a professional's busy time, all calendars merged. Row 0 covers the days from now
-- on that one question may span, row 1 those after them (with some days in common, so that no time is
-- only half in either), and so on as far as the services' horizon goes.
-- Free is only what `covers` holds, `busy` does not, before `valid_until`.
CREATE TABLE kf.calendar_busy (
    tenant_id uuid NOT NULL,
    professional_id uuid NOT NULL,
    n int NOT NULL CHECK (n >= 0),
    connection_id uuid NOT NULL,
    covers tstzrange NOT NULL DEFAULT 'empty',
    busy tstzmultirange NOT NULL DEFAULT '{}',
    edges timestamptz[] NOT NULL DEFAULT '{}', -- of busy: start, end, start, ... (for kf.busy_read alone)
    read_at timestamptz,                    -- when the question was asked that gave this
    valid_until timestamptz NOT NULL DEFAULT '-infinity',
    changed_at timestamptz,                 -- told of a change that is not read yet
    next_read_at timestamptz NOT NULL,
    lease uuid,                             -- whoever reads now; of several servers one
    lease_until timestamptz,
    failures int NOT NULL DEFAULT 0,        -- in a row
    failed_at timestamptz,                  -- when the last one was asked; null: the last reading was good
    failing_since timestamptz,
    error text,
    PRIMARY KEY (tenant_id, professional_id, n),
    FOREIGN KEY (tenant_id, professional_id) REFERENCES kf.professional,
    FOREIGN KEY (tenant_id, connection_id) REFERENCES kf.calendar_connection
);
-- A part of it is read far more often than it is written.
ALTER TABLE kf.calendar_busy ALTER COLUMN edges SET STORAGE EXTERNAL;
CREATE INDEX calendar_busy_due ON kf.calendar_busy (next_read_at);

-- A booking as an event. What is wanted stands here before any call, with the event's id; a worker
-- makes it so, however often it is cut off. A booking that goes to another calendar has a row for each.
CREATE TABLE kf.calendar_event (
    tenant_id uuid NOT NULL,
    booking_id uuid NOT NULL,
    n int NOT NULL CHECK (n >= 1),
    connection_id uuid NOT NULL,
    calendar_id text NOT NULL,
    event_id uuid NOT NULL,
    wanted text NOT NULL CHECK (wanted IN ('present', 'absent')),
    wanted_version int NOT NULL,            -- of the booking
    written_version int,                    -- null: never seen there
    state text NOT NULL CHECK (state IN ('due', 'sending', 'done', 'failed')),
    sending text CHECK (sending IN ('present', 'absent')), -- what the worker was told to do
    attempts int NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    lease_until timestamptz,
    error text,
    meeting_url text CHECK (length(meeting_url) <= 500),
    created_at timestamptz NOT NULL,
    written_at timestamptz,
    PRIMARY KEY (tenant_id, booking_id, n),
    FOREIGN KEY (tenant_id, booking_id) REFERENCES kf.booking,
    FOREIGN KEY (tenant_id, connection_id) REFERENCES kf.calendar_connection
);
CREATE INDEX calendar_event_due ON kf.calendar_event (next_attempt_at) WHERE state IN ('due', 'sending');
CREATE INDEX calendar_event_connection ON kf.calendar_event (tenant_id, connection_id, calendar_id);

-- What the calendar says against a booking. The booking stays as it is; the merchant decides.
CREATE TABLE kf.calendar_conflict (
    tenant_id uuid NOT NULL,
    conflict_id uuid NOT NULL,
    booking_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    calendar_id text NOT NULL,
    event_key text NOT NULL CHECK (length(event_key) <= 1024),
    -- overlap: something else is at that time; the other two: our own event was changed there
    kind text NOT NULL CHECK (kind IN ('overlap', 'event_deleted', 'event_moved')),
    starts_at timestamptz,
    ends_at timestamptz,
    seen_at timestamptz NOT NULL,
    resolved_at timestamptz,
    resolution text CHECK (resolution IN ('gone', 'dismissed', 'booking_over')),
    PRIMARY KEY (tenant_id, conflict_id),
    FOREIGN KEY (tenant_id, booking_id) REFERENCES kf.booking,
    FOREIGN KEY (tenant_id, connection_id) REFERENCES kf.calendar_connection
);
CREATE UNIQUE INDEX calendar_conflict_open ON kf.calendar_conflict (tenant_id, booking_id, calendar_id, event_key)
    WHERE resolved_at IS NULL;
CREATE INDEX calendar_conflict_booking ON kf.calendar_conflict (tenant_id, booking_id);
CREATE INDEX calendar_conflict_page ON kf.calendar_conflict (tenant_id, seen_at DESC) WHERE resolved_at IS NULL;

-- Functions whose columns or arguments change.
DROP FUNCTION IF EXISTS kf.busy_read(uuid, uuid[], timestamptz, timestamptz);
DROP FUNCTION IF EXISTS kf.hold_create(uuid, uuid, text, uuid, uuid, timestamptz, bytea, int, text, bytea);
DROP FUNCTION IF EXISTS kf.booking_start(uuid, uuid, uuid, uuid, bytea, text, text, text, text, text, text);
DROP FUNCTION IF EXISTS kf.booking_retry(uuid, uuid, bytea, uuid);
DROP FUNCTION IF EXISTS kf.booking_add(uuid, uuid, jsonb);
