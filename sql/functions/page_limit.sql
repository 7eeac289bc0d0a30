-- The number of items that the request wants on a page.
CREATE OR REPLACE FUNCTION kf.page_limit(p jsonb) RETURNS int
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN coalesce(kf.doc_int(p, 'limit', 1, 200, false), 50);
END
$$;
