-- The clock. No other function reads the time. A test database replaces this function by one that can be shifted.
CREATE OR REPLACE FUNCTION kf.now() RETURNS timestamptz
LANGUAGE sql STABLE
AS 'SELECT pg_catalog.now()';
