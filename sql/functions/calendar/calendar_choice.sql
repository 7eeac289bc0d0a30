-- The ids of the calendars chosen for reading: 1 to 50 of the existing ones.
CREATE OR REPLACE FUNCTION kf.calendar_choice(p jsonb, p_calendars jsonb) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_list jsonb := kf.doc_list(p, 'read', 50);
    v_ids text[];
BEGIN
    IF jsonb_array_length(v_list) = 0 THEN
        PERFORM kf.refuse('KF422', 'Choose at least one calendar', 'read');
    ELSIF EXISTS (SELECT FROM jsonb_array_elements(v_list) e
                  WHERE jsonb_typeof(e) <> 'string'
                     OR NOT EXISTS (SELECT FROM jsonb_array_elements(p_calendars) k WHERE k->'id' = e)) THEN
        PERFORM kf.refuse_field('There is no such calendar', 'read', 'not_there');
    END IF;
    SELECT array_agg(q.id ORDER BY q.n) INTO v_ids
    FROM (SELECT e.id, min(e.n) AS n FROM jsonb_array_elements_text(v_list) WITH ORDINALITY e(id, n) GROUP BY e.id) q;
    RETURN v_ids;
END
$$;

-- The calendar chosen for writing; null: none.
CREATE OR REPLACE FUNCTION kf.calendar_choice_write(p jsonb, p_calendars jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_id text := kf.doc_text(p, 'write', 1, 300, false);
BEGIN
    IF v_id IS NOT NULL AND NOT EXISTS (SELECT FROM jsonb_array_elements(p_calendars) k
                                        WHERE k->>'id' = v_id AND (k->>'may_write')::boolean) THEN
        PERFORM kf.refuse('KF422', 'This calendar cannot be written to', 'write');
    END IF;
    RETURN v_id;
END
$$;

-- The calendars of a connection that are watched: those to read, and the one to write.
CREATE OR REPLACE FUNCTION kf.calendar_sources_put(c kf.calendar_connection, p_read text[]) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO kf.calendar_source (tenant_id, connection_id, calendar_id, name, position, reads, sync_due_at, channel_due_at)
    SELECT c.tenant_id, c.connection_id, q.id,
           left(coalesce((SELECT k->>'name' FROM jsonb_array_elements(c.calendars) k WHERE k->>'id' = q.id LIMIT 1), ''), 300),
           q.n, q.id = ANY (p_read), kf.now(), kf.now()
    FROM (SELECT r.id, r.n FROM unnest(p_read) WITH ORDINALITY r(id, n)
          UNION ALL
          SELECT c.write_calendar, 1000 WHERE c.write_calendar <> ALL (p_read)) q
    ON CONFLICT DO NOTHING;
END
$$;
