-- Plans the reminders of a booking (locked by the caller), a day and an hour of elapsed time before its start, if these
-- times are in the future and the customer wants them. A dropped reminder returns with its time; a sent one is not sent
-- again.
CREATE OR REPLACE FUNCTION kf.reminders_plan(b kf.booking) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF b.reminders AND b.status IN ('paid', 'confirmed') AND b.slot_start - interval '1 hour' > kf.now() THEN
        INSERT INTO kf.reminder (tenant_id, booking_id, kind, starts_at, due_at)
        SELECT b.tenant_id, b.booking_id, k.kind, b.slot_start, b.slot_start - k.before
        FROM (VALUES ('reminder_24h', interval '24 hours'), ('reminder_1h', interval '1 hour')) k(kind, before)
        WHERE b.slot_start - k.before > kf.now()
        ON CONFLICT (tenant_id, booking_id, kind, starts_at) DO UPDATE SET state = 'due', settled_at = NULL
        WHERE kf.reminder.state = 'dropped';
    END IF;
END
$$;

-- Drops unsent reminders, except those of the start p_but.
CREATE OR REPLACE FUNCTION kf.reminders_drop(b kf.booking, p_but timestamptz) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE kf.reminder r SET state = 'dropped', settled_at = kf.now()
    WHERE r.tenant_id = b.tenant_id AND r.booking_id = b.booking_id AND r.state = 'due'
      AND r.starts_at IS DISTINCT FROM p_but;
END
$$;
