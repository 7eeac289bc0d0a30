-- How many items a page is asked for.
CREATE OR REPLACE FUNCTION kf.page_limit(p jsonb) RETURNS int
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN coalesce(kf.doc_int(p, 'limit', 1, 200, false), 50);
END
$$;
