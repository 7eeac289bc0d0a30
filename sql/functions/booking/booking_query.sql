-- The statement that finds the bookings of a page. It has only the given conditions, so that it is planned for them.
-- p_words: the number of words that must match. p_walk: includes bookings without the words, and a further column says
-- whether all words match. $1 tenant, $2 the document, $3 from, $4 to, $5 and $6 the place after which the page begins,
-- $7 the number of rows, $8 the words or their patterns.
CREATE OR REPLACE FUNCTION kf.booking_query(p jsonb, p_after boolean, p_words int, p_walk boolean) RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_oldest boolean := coalesce(p->>'order' = 'oldest', false);
    v_hit text := (SELECT string_agg(format(CASE WHEN p_walk THEN 'strpos(b.search, ($8)[%s]) > 0'
                                                 ELSE 'b.search LIKE ($8)[%s]' END, i), ' AND ')
                   FROM generate_series(1, p_words) i);
    v text := 'SELECT b.slot_start, b.booking_id' || CASE WHEN p_walk THEN ', ' || v_hit || ' AS hit' ELSE '' END
              || ' FROM kf.booking b WHERE b.tenant_id = $1';
BEGIN
    v := v || CASE WHEN p->>'status' IS NOT NULL THEN ' AND b.status = ($2->>''status'')' ELSE '' END
           || CASE WHEN p->>'service' IS NOT NULL THEN ' AND b.service_id = ($2->>''service'')::uuid' ELSE '' END
           || CASE WHEN p->>'professional' IS NOT NULL THEN ' AND b.professional_id = ($2->>''professional'')::uuid' ELSE '' END
           || CASE WHEN p->>'link' IS NOT NULL THEN ' AND b.link_id = ($2->>''link'')::uuid' ELSE '' END
           || CASE WHEN p->>'from' IS NOT NULL THEN ' AND b.slot_start >= $3' ELSE '' END
           || CASE WHEN p->>'to' IS NOT NULL THEN ' AND b.slot_start < $4' ELSE '' END;
    v := v || CASE WHEN p_words > 0 AND NOT p_walk THEN ' AND ' || v_hit ELSE '' END;
    IF p_after THEN
        v := v || format(' AND (b.slot_start, b.booking_id) %s ($5, $6)', CASE WHEN v_oldest THEN '>' ELSE '<' END);
    END IF;
    RETURN v || CASE WHEN v_oldest THEN ' ORDER BY b.slot_start, b.booking_id'
                     ELSE ' ORDER BY b.slot_start DESC, b.booking_id DESC' END || ' LIMIT $7';
END
$$;
