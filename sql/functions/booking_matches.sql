-- The bookings of the tenant that is set which hold all words (kf.search_words); null when there are
-- more than p_most: then they are frequent, and soon met by going through the list. Row security
-- lets no index of texts be used (its operators may tell of rows that are not ours), so it is the
-- directory that looks, and ids are all it tells. It has no statistics of texts either: what a word
-- costs is not left to the planner's guess.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.booking_matches(p_words text[], p_most int) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
SET enable_seqscan = off SET enable_indexscan = off
AS $$
DECLARE
    v_ids uuid[];
BEGIN
    EXECUTE format('SELECT array_agg(q.booking_id) FROM (%s) q', kf.match_query(cardinality(p_words)))
    INTO v_ids
    USING NULLIF(current_setting('kf.tenant', true), '')::uuid,
          ARRAY(SELECT '%' || regexp_replace(w, '([\\%_])', '\\\1', 'g') || '%'
                FROM unnest(p_words) WITH ORDINALITY u(w, n) ORDER BY n),
          p_most + 1;
    RETURN CASE WHEN coalesce(cardinality(v_ids), 0) <= p_most THEN coalesce(v_ids, '{}') END;
END
$$;
REVOKE ALL ON FUNCTION kf.booking_matches FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.booking_matches TO konfirmado_app, konfirmado_owner;
RESET ROLE;
