-- Refuses a move for the reason of kf.move_why_not: KF409 with the field status, moves, or until.
CREATE OR REPLACE FUNCTION kf.move_refuse(p_why text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    CASE p_why
    WHEN 'status' THEN
        PERFORM kf.refuse('KF409', 'This booking can no longer be moved', 'status');
    WHEN 'never' THEN
        PERFORM kf.refuse('KF409', 'Bookings of this service cannot be moved', 'moves');
    WHEN 'moves' THEN
        PERFORM kf.refuse('KF409', 'This booking has reached its maximum number of moves', 'moves');
    WHEN 'until' THEN
        PERFORM kf.refuse('KF409', 'It is too late to move this booking', 'until');
    ELSE
        NULL;
    END CASE;
END
$$;
