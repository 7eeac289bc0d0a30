-- The statement that finds the bookings of a page: only the conditions that are given, so that each
-- is planned for what it asks. p_ids: among some ids; p_words: with so many words in it. $1 tenant,
-- $2 the document, $3 from, $4 to, $5 and $6 the place after which it begins, $7 how many, $8 ids,
-- $9 words.
CREATE OR REPLACE FUNCTION kf.booking_query(p jsonb, p_after boolean, p_ids boolean, p_words int) RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_oldest boolean := coalesce(p->>'order' = 'oldest', false);
    v text := 'SELECT b.slot_start, b.booking_id FROM kf.booking b WHERE b.tenant_id = $1';
BEGIN
    v := v || CASE WHEN p->>'status' IS NOT NULL THEN ' AND b.status = ($2->>''status'')' ELSE '' END
           || CASE WHEN p->>'service' IS NOT NULL THEN ' AND b.service_id = ($2->>''service'')::uuid' ELSE '' END
           || CASE WHEN p->>'professional' IS NOT NULL THEN ' AND b.professional_id = ($2->>''professional'')::uuid' ELSE '' END
           || CASE WHEN p->>'link' IS NOT NULL THEN ' AND b.link_id = ($2->>''link'')::uuid' ELSE '' END
           || CASE WHEN p->>'from' IS NOT NULL THEN ' AND b.slot_start >= $3' ELSE '' END
           || CASE WHEN p->>'to' IS NOT NULL THEN ' AND b.slot_start < $4' ELSE '' END
           || CASE WHEN p_ids THEN ' AND b.booking_id = ANY ($8)' ELSE '' END;
    FOR i IN 1..p_words LOOP
        v := v || format(' AND strpos(b.search, ($9)[%s]) > 0', i);
    END LOOP;
    IF p_after THEN
        v := v || format(' AND (b.slot_start, b.booking_id) %s ($5, $6)', CASE WHEN v_oldest THEN '>' ELSE '<' END);
    END IF;
    RETURN v || CASE WHEN v_oldest THEN ' ORDER BY b.slot_start, b.booking_id'
                     ELSE ' ORDER BY b.slot_start DESC, b.booking_id DESC' END || ' LIMIT $7';
END
$$;
