-- The bookings of a page among those of the current tenant, by the index of texts. It serves words so rare that a walk
-- through the list would take long. Row security prevents other roles from using that index, because its operators
-- could reveal rows of other tenants. So the directory role reads it and returns only the start and the id of a
-- booking. The role has no statistics of texts either, so the use of the index is forced and not left to the planner.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.booking_matches(p jsonb, p_words text[], p_from timestamptz, p_to timestamptz,
                                              p_after text[], p_limit int)
RETURNS TABLE (slot_start timestamptz, booking_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
SET enable_seqscan = off SET enable_indexscan = off
ROWS 50
AS $$
BEGIN
    RETURN QUERY EXECUTE kf.booking_query(p, p_after IS NOT NULL, cardinality(p_words), false)
    USING NULLIF(current_setting('kf.tenant', true), '')::uuid, p, p_from, p_to,
          kf.from_micros(p_after[1]::bigint), p_after[2]::uuid, p_limit,
          ARRAY(SELECT '%' || regexp_replace(w, '([\\%_])', '\\\1', 'g') || '%'
                FROM unnest(p_words) WITH ORDINALITY u(w, n) ORDER BY n);
END
$$;
REVOKE ALL ON FUNCTION kf.booking_matches FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.booking_matches TO konfirmado_app, konfirmado_owner;
RESET ROLE;
