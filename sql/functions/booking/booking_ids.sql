-- The bookings of a page, for kf.booking_page, which has checked the document. The search first walks through the list
-- from the place where the page begins: a frequent word fills the page at once, and a short list is soon over. Only
-- after many bookings without the words is the index of texts used, which then finds few.
CREATE OR REPLACE FUNCTION kf.booking_ids(p_tenant uuid, p jsonb, p_from timestamptz, p_to timestamptz,
                                          p_after text[], p_limit int)
RETURNS TABLE (slot_start timestamptz, booking_id uuid)
LANGUAGE plpgsql ROWS 50
AS $$
DECLARE
    FEW constant int := 500;   -- bookings examined before a word counts as rare
    MOST constant int := 4000; -- a walk over more bookings than this is left to the index
    v_words text[] := kf.search_words(p->>'search');
    v_found int := 0;
    v_seen int := 0;
    v_rare boolean := false;
    v_starts timestamptz[] := '{}';
    v_ids uuid[] := '{}';
    b record;
BEGIN
    IF v_words IS NULL THEN
        RETURN QUERY EXECUTE kf.booking_query(p, p_after IS NOT NULL, 0, false)
        USING p_tenant, p, p_from, p_to, kf.from_micros(p_after[1]::bigint), p_after[2]::uuid, p_limit;
        RETURN;
    END IF;
    FOR b IN EXECUTE kf.booking_query(p, p_after IS NOT NULL, cardinality(v_words), true)
             USING p_tenant, p, p_from, p_to, kf.from_micros(p_after[1]::bigint), p_after[2]::uuid, MOST, v_words
    LOOP
        v_seen := v_seen + 1;
        IF b.hit THEN
            v_found := v_found + 1;
            v_starts[v_found] := b.slot_start;
            v_ids[v_found] := b.booking_id;
        END IF;
        v_rare := v_seen >= FEW AND v_seen * p_limit > v_found * MOST;
        EXIT WHEN v_rare OR v_found = p_limit;
    END LOOP;
    RETURN QUERY SELECT q.slot_start, q.booking_id FROM unnest(v_starts, v_ids) q(slot_start, booking_id) WHERE NOT v_rare;
    IF v_rare THEN
        RETURN QUERY SELECT * FROM kf.booking_matches(p, v_words, p_from, p_to, p_after, p_limit);
    END IF;
END
$$;
