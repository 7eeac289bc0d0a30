-- Uses of a link with a maximum are counted anew: what was never paid gave none back.

-- As the directory, which sees every tenant; a link that is not used up any more counts up its catalogue.
GRANT SELECT ON kf.booking_link, kf.booking, kf.tenant TO konfirmado_directory;
GRANT UPDATE (uses) ON kf.booking_link TO konfirmado_directory;
GRANT UPDATE (catalog_version) ON kf.tenant TO konfirmado_directory;
SET ROLE konfirmado_directory;
-- Bookings that are being made end first.
DO $$
BEGIN
    PERFORM FROM kf.booking_link l WHERE l.max_uses IS NOT NULL ORDER BY l.tenant_id, l.link_id FOR UPDATE;
    UPDATE kf.booking_link l
    SET uses = (SELECT count(*) FROM kf.booking b
                WHERE b.tenant_id = l.tenant_id AND b.link_id = l.link_id AND b.status NOT IN ('failed', 'expired'))
    WHERE l.max_uses IS NOT NULL;
END
$$;
RESET ROLE;
