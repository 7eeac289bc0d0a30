-- What each file of functions has made, so that the next run of migrate applies only those that differ.

CREATE TABLE kf.function_file (
    path text PRIMARY KEY,      -- "functions/health.sql"
    digest text NOT NULL,       -- SHA-256 of its bytes, hex
    functions oid[] NOT NULL,   -- what it has made
    state text NOT NULL         -- a digest of those as the catalogue had them then
);
