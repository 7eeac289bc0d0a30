-- How long is kept what has been dealt with. conf/README.md names the same times.
CREATE OR REPLACE FUNCTION kf.kept_for(p_what text) RETURNS interval
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE p_what
        WHEN 'event' THEN interval '30 days'    -- what a provider told, since it was dealt with
        WHEN 'mail' THEN interval '30 days'     -- since it went out, was given up, or was of use for the last time
        WHEN 'message' THEN interval '60 days'  -- to the merchant's system, since it was acknowledged or written
        WHEN 'visit' THEN interval '30 days'    -- a link of a mail, since it was good for the last time
        WHEN 'time' THEN interval '30 days'     -- that a booking took, since it was over
        WHEN 'free_address' THEN interval '30 days' -- whoever booked for free and did not confirm the address
        WHEN 'confirmed_address' THEN interval '1 year' -- since its reader did
        WHEN 'hold' THEN interval '1 day'       -- of a time that was not booked, since it ended
        WHEN 'unverified' THEN interval '1 day' -- a place in a waiting list, since it was asked for
    END
$$;
