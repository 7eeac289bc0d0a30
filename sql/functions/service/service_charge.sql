-- The charge at booking for a price, with half a cent rounded up.
CREATE OR REPLACE FUNCTION kf.service_charge(p_type text, p_price bigint, p_percent int, p_deposit bigint)
RETURNS bigint
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE p_type
        WHEN 'total' THEN p_price
        WHEN 'partial_percent' THEN (p_price * p_percent + 50) / 100
        ELSE least(p_deposit, p_price)
    END
$$;
