-- The statement that finds bookings by so many words: $1 tenant, $2 patterns, $3 how many at most.
CREATE OR REPLACE FUNCTION kf.match_query(p_words int) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT 'SELECT b.booking_id FROM kf.booking b WHERE b.tenant_id = $1'
           || string_agg(format(' AND b.search LIKE ($2)[%s]', i), '') || ' LIMIT $3'
    FROM generate_series(1, p_words) i
$$;
