-- A page from its items and the place of each, in order. If a next page exists, the arrays have one item more than the
-- page; the next page begins after the last item shown.
CREATE OR REPLACE FUNCTION kf.page_of(p_docs jsonb[], p_places text[], p_limit int) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT jsonb_build_object(
        'items', coalesce(to_jsonb(p_docs[1:p_limit]), '[]'),
        'next', CASE WHEN cardinality(p_docs) > p_limit THEN p_places[p_limit] END)
$$;
