-- Mails the customer of a booking with a declined payment that they can pay again while the hold lives: once, not for
-- every card that they try.
CREATE OR REPLACE FUNCTION kf.payment_failed() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    t kf.tenant;
    b kf.booking;
BEGIN
    SELECT x.* INTO b FROM kf.booking x WHERE x.tenant_id = NEW.tenant_id AND x.booking_id = NEW.booking_id;
    IF b.status = 'pending' AND b.hold_expires_at > kf.now() THEN
        SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = NEW.tenant_id;
        IF kf.mail_wanted(t.mails, 'payment_failed') THEN
            PERFORM kf.mail_plan(t, b, 'payment_failed', b.booking_id::text, b.hold_expires_at,
                                 kf.mail_facts(b));
        END IF;
    END IF;
    RETURN NULL;
END
$$;

SELECT kf.trigger_put($$CREATE TRIGGER payment_failed AFTER UPDATE OF status ON kf.payment
    FOR EACH ROW WHEN (NEW.status IN ('DECLINED', 'ERROR') AND NEW.booking_id IS NOT NULL
                       AND OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION kf.payment_failed()$$);
