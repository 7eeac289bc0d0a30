-- An amount of minor units, hundredths, as a decimal number: 8000000 -> 80000.00.
CREATE OR REPLACE FUNCTION kf.cents_text(p bigint) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$ SELECT (p / 100)::text || '.' || lpad((p % 100)::text, 2, '0') $$;
