-- A provider's id of an event of ours: its UUID, or the bytes of it in the form that the provider declares.
CREATE OR REPLACE FUNCTION kf.calendar_event_key(p_provider text, p_event uuid) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE kf.calendar_key_form(p_provider) WHEN 'base32hex' THEN (
        SELECT string_agg(substr('0123456789abcdefghijklmnopqrstuv',
                                 1 + substring(b.bits FROM i * 5 + 1 FOR 5)::bit(5)::int, 1), '' ORDER BY i)
        FROM generate_series(0, 25) i)
    ELSE p_event::text END
    FROM (SELECT ('x' || replace(p_event::text, '-', '') || '00')::bit(136)) b(bits)
$$;
