-- A search text as the pieces that kf.booking.search must all contain. A word of three or more letters may be anywhere,
-- a word of two letters must begin a word (an index of trigrams can find no more). A telephone number is one word.
-- Null: no words.
CREATE OR REPLACE FUNCTION kf.search_words(p text) RETURNS text[]
LANGUAGE sql IMMUTABLE
AS $$
    SELECT array_agg(CASE WHEN length(w) = 2 THEN ' ' || w ELSE w END ORDER BY length(w) DESC, w)
    FROM (SELECT DISTINCT w
          FROM regexp_split_to_table(CASE WHEN p ~ '^[-+0-9 ().]+$' THEN regexp_replace(p, '[^0-9]', '', 'g')
                                          ELSE kf.search_fold(p) END, '\s+') w
          WHERE length(w) >= 2 LIMIT 5) q
$$;
