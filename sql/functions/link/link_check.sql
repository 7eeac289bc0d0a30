-- Refuses a link that cannot be used for booking.
CREATE OR REPLACE FUNCTION kf.link_check(l kf.booking_link) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF l.link_id IS NULL OR NOT l.active OR l.uses >= l.max_uses THEN
        PERFORM kf.refuse('KF411', 'This booking link is not valid');
    END IF;
    IF l.expires_at <= kf.now() THEN
        PERFORM kf.refuse('KF410', 'This booking link has expired');
    END IF;
END
$$;
