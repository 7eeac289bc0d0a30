-- How long finished data is kept. conf/README.md names the same periods.
CREATE OR REPLACE FUNCTION kf.kept_for(p_what text) RETURNS interval
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE p_what
        WHEN 'event' THEN interval '30 days'    -- an event of a provider, since it was processed
        WHEN 'mail' THEN interval '30 days'     -- since it was sent, was given up, or became useless
        WHEN 'message' THEN interval '60 days'  -- to the merchant's system, since its acknowledgement, or its creation
        WHEN 'visit' THEN interval '30 days'    -- a link of a mail, since it expired
        WHEN 'time' THEN interval '30 days'     -- the time of a booking, since its end
        WHEN 'free_address' THEN interval '30 days' -- an unconfirmed address with a free booking
        WHEN 'confirmed_address' THEN interval '1 year' -- since the confirmation
        WHEN 'hold' THEN interval '1 day'       -- a hold without a booking, since its end
        WHEN 'unverified' THEN interval '1 day' -- a place in a waiting list, since the request
    END
$$;
