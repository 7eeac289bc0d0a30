-- Who is told of a booking (locked by the caller), and reminded of it: at the end of every change of its
-- status and of every move. p_from: the former status, null: it is new.
CREATE OR REPLACE FUNCTION kf.booking_plan(b kf.booking, p_from text, p_facts jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    NULL;
END
$$;
