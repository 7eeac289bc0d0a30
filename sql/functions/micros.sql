-- An instant as an integer of microseconds, without loss.
CREATE OR REPLACE FUNCTION kf.micros(p_at timestamptz) RETURNS bigint
LANGUAGE sql IMMUTABLE
AS $$ SELECT (extract(epoch FROM p_at) * 1000000)::bigint $$;

CREATE OR REPLACE FUNCTION kf.from_micros(p bigint) RETURNS timestamptz
LANGUAGE sql IMMUTABLE
AS $$ SELECT timestamptz '1970-01-01 00:00Z' + p * interval '1 microsecond' $$;
