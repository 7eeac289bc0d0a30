-- Addresses that free bookings were made with, of whatever business. `subject`: kf.mail_subject, which names nobody. No
-- business's rows: only kf.free_address_* look at them.
CREATE TABLE kf.free_address (
    subject bytea PRIMARY KEY CHECK (octet_length(subject) = 32),
    asked_at timestamptz,       -- when the last mail with the link went out
    confirmed_at timestamptz,   -- its reader followed the link
    until timestamptz NOT NULL  -- when it is forgotten
);
CREATE INDEX free_address_age ON kf.free_address (until);
