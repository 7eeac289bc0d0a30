-- A clock that can be shifted, for databases made for tests and for nothing else: applied
-- after the functions, whose kf.now() it replaces.
CREATE TABLE IF NOT EXISTS kf.test_clock (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    shift interval NOT NULL DEFAULT '0'
);
INSERT INTO kf.test_clock DEFAULT VALUES ON CONFLICT DO NOTHING;
GRANT SELECT ON kf.test_clock TO konfirmado_app, konfirmado_directory, konfirmado_privacy, konfirmado_backup;

CREATE OR REPLACE FUNCTION kf.now() RETURNS timestamptz
LANGUAGE sql STABLE
AS 'SELECT pg_catalog.now() + (SELECT shift FROM kf.test_clock)';

-- Sets the shift against the real clock.
CREATE OR REPLACE FUNCTION kf.clock_set(p_seconds bigint) RETURNS timestamptz
LANGUAGE sql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
    UPDATE kf.test_clock SET shift = make_interval(secs => p_seconds);
    SELECT kf.now();
$$;

-- Adds to it.
CREATE OR REPLACE FUNCTION kf.clock_shift(p_seconds bigint) RETURNS timestamptz
LANGUAGE sql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
    UPDATE kf.test_clock SET shift = shift + make_interval(secs => p_seconds);
    SELECT kf.now();
$$;
