-- What somebody typed to find a booking, as the pieces that all must be in kf.booking.search: a
-- word of three letters may be anywhere, one of two letters begins a word (that much an index of
-- trigrams can tell). What looks like a telephone number is one word. Null: nothing to look for.
CREATE OR REPLACE FUNCTION kf.search_words(p text) RETURNS text[]
LANGUAGE sql IMMUTABLE
AS $$
    SELECT array_agg(CASE WHEN length(w) = 2 THEN ' ' || w ELSE w END ORDER BY length(w) DESC, w)
    FROM (SELECT DISTINCT w
          FROM regexp_split_to_table(CASE WHEN p ~ '^[-+0-9 ().]+$' THEN regexp_replace(p, '[^0-9]', '', 'g')
                                          ELSE kf.search_fold(p) END, '\s+') w
          WHERE length(w) >= 2 LIMIT 5) q
$$;
