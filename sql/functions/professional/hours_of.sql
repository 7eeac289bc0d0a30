-- One row of weekly hours: {weekday, kind, starts, ends}, the times HH:MM and 24:00 at most.
CREATE OR REPLACE FUNCTION kf.hours_of(p jsonb, OUT weekday int, OUT kind text, OUT starts time, OUT ends time)
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    PERFORM kf.doc_members(p, ARRAY['weekday', 'kind', 'starts', 'ends']);
    weekday := kf.doc_int(p, 'weekday', 1, 7, true);
    kind := coalesce(kf.doc_match(p, 'kind', '^(work|break)$', false), 'work');
    starts := kf.doc_match(p, 'starts', '^([01][0-9]|2[0-3]):[0-5][0-9]$', true)::time;
    ends := kf.doc_match(p, 'ends', '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$', true)::time;
    IF starts >= ends THEN
        PERFORM kf.refuse_field('The end must come after the start', 'ends', 'wrong_order');
    END IF;
END
$$;
