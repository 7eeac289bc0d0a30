-- Which bookings a page shows, for kf.booking_page, which has looked at the document.
CREATE OR REPLACE FUNCTION kf.booking_ids(p_tenant uuid, p jsonb, p_from timestamptz, p_to timestamptz,
                                          p_after text[], p_limit int)
RETURNS TABLE (slot_start timestamptz, booking_id uuid)
LANGUAGE plpgsql ROWS 50
AS $$
DECLARE
    v_words text[] := kf.search_words(p->>'search');
    v_ids uuid[];
BEGIN
    IF v_words IS NOT NULL THEN
        v_ids := kf.booking_matches(v_words, 1000);
    END IF;
    RETURN QUERY EXECUTE kf.booking_query(p, p_after IS NOT NULL, v_ids IS NOT NULL,
                                          CASE WHEN v_ids IS NULL THEN coalesce(cardinality(v_words), 0) ELSE 0 END)
    USING p_tenant, p, p_from, p_to, kf.from_micros(p_after[1]::bigint), p_after[2]::uuid, p_limit, v_ids, v_words;
END
$$;
