-- A booking changes its status only as kf.booking_transition allows.
CREATE OR REPLACE FUNCTION kf.booking_guard() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM kf.booking_transition x
                   WHERE x.from_status = OLD.status AND x.to_status = NEW.status) THEN
        PERFORM kf.refuse_with('KF409', 'A booking cannot change from {1} to {2}', '', OLD.status, NEW.status);
    END IF;
    RETURN NEW;
END
$$;

SELECT kf.trigger_put($$CREATE TRIGGER booking_guard BEFORE UPDATE OF status ON kf.booking
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION kf.booking_guard()$$);
