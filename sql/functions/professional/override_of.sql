-- One override of a day: {day, starts, ends}, or {day, closed: true}.
CREATE OR REPLACE FUNCTION kf.override_of(p jsonb, OUT day date, OUT starts time, OUT ends time)
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    PERFORM kf.doc_members(p, ARRAY['day', 'starts', 'ends', 'closed']);
    day := kf.doc_day(p, 'day');
    IF kf.doc_bool(p, 'closed', false) THEN
        RETURN;
    END IF;
    starts := kf.doc_match(p, 'starts', '^([01][0-9]|2[0-3]):[0-5][0-9]$', true)::time;
    ends := kf.doc_match(p, 'ends', '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$', true)::time;
    IF starts >= ends THEN
        PERFORM kf.refuse_field('The end must come after the start', 'ends', 'wrong_order');
    END IF;
END
$$;
