-- Writes the mails about a refund: to the owners when it becomes their task, to the customer when it is done.
CREATE OR REPLACE FUNCTION kf.refund_told() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    v_kind text := CASE NEW.state WHEN 'done' THEN 'refund_done' ELSE 'refund_task' END;
    t kf.tenant;
    b kf.booking;
BEGIN
    SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = NEW.tenant_id;
    SELECT x.* INTO b FROM kf.payment p JOIN kf.booking x ON x.tenant_id = p.tenant_id AND x.booking_id = p.booking_id
    WHERE p.tenant_id = NEW.tenant_id AND p.payment_id = NEW.payment_id;
    IF b.booking_id IS NOT NULL AND kf.mail_wanted(t.mails, v_kind) THEN
        PERFORM kf.mail_plan(t, b, v_kind, b.booking_id || '/' || NEW.refund_id,
            kf.now() + interval '7 days',
            kf.mail_facts(b, jsonb_build_object('refund_cents', NEW.amount_cents, 'refund_state', NEW.state,
                                                'reason', CASE NEW.state WHEN 'manual' THEN coalesce(NEW.last_error, '') END))
            || jsonb_build_object('due_at', kf.iso_local(NEW.due_at, t.time_zone)));
    END IF;
    RETURN NULL;
END
$$;

SELECT kf.trigger_put($$CREATE TRIGGER refund_told AFTER UPDATE OF state ON kf.refund
    FOR EACH ROW WHEN (NEW.state IN ('manual', 'done') AND OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION kf.refund_told()$$);
