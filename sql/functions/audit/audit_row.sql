-- Writes the changes of a row as a line of the audit log, with secrets masked and without the columns that the machine
-- maintains. Arguments: the kind of the row, the columns of its id and of its name ('' = none).
CREATE OR REPLACE FUNCTION kf.audit_row() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    v_old jsonb := CASE WHEN TG_OP <> 'INSERT' THEN kf.audit_facts(to_jsonb(OLD)) END;
    v_new jsonb := CASE WHEN TG_OP <> 'DELETE' THEN kf.audit_facts(to_jsonb(NEW)) END;
    v_any jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
    v_verb text := CASE TG_OP WHEN 'INSERT' THEN 'created' WHEN 'DELETE' THEN 'deleted' ELSE 'updated' END;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, v_new->o.key)
        INTO v_old, v_new
        FROM jsonb_each(v_old) o WHERE o.value IS DISTINCT FROM v_new->o.key;
        IF v_old IS NULL THEN
            RETURN NULL;
        END IF;
        v_verb := CASE WHEN v_old->'archived_at' = 'null' THEN 'archived'
                       WHEN v_old ? 'archived_at' THEN 'restored' ELSE v_verb END;
    END IF;
    PERFORM kf.audit_put((v_any->>'tenant_id')::uuid, TG_ARGV[0] || '_' || v_verb, TG_ARGV[0],
                         v_any->>TG_ARGV[1], v_any->>TG_ARGV[2], kf.audit_masked(v_old), kf.audit_masked(v_new));
    RETURN NULL;
END
$$;

SELECT kf.trigger_put($$CREATE TRIGGER audit AFTER UPDATE ON kf.tenant
    FOR EACH ROW EXECUTE FUNCTION kf.audit_row('settings', 'tenant_id', 'name')$$);
SELECT kf.trigger_put($$CREATE TRIGGER audit AFTER INSERT OR UPDATE ON kf.service
    FOR EACH ROW EXECUTE FUNCTION kf.audit_row('service', 'service_id', 'name')$$);
SELECT kf.trigger_put($$CREATE TRIGGER audit AFTER INSERT OR UPDATE ON kf.professional
    FOR EACH ROW EXECUTE FUNCTION kf.audit_row('professional', 'professional_id', 'name')$$);
SELECT kf.trigger_put($$CREATE TRIGGER audit AFTER INSERT ON kf.booking_link
    FOR EACH ROW EXECUTE FUNCTION kf.audit_row('link', 'link_id', 'name')$$);
-- Uses are made by customers and counted with the booking.
SELECT kf.trigger_put($$CREATE TRIGGER audit_update AFTER UPDATE ON kf.booking_link
    FOR EACH ROW WHEN (NEW.uses = OLD.uses) EXECUTE FUNCTION kf.audit_row('link', 'link_id', 'name')$$);
SELECT kf.trigger_put($$CREATE TRIGGER audit AFTER INSERT OR UPDATE ON kf.payment_account
    FOR EACH ROW EXECUTE FUNCTION kf.audit_row('payment_account', 'provider', 'mode')$$);
SELECT kf.trigger_put($$CREATE TRIGGER audit AFTER INSERT OR UPDATE ON kf.callback_secret
    FOR EACH ROW EXECUTE FUNCTION kf.audit_row('callback_secret', 'secret_id', '')$$);
-- The first address belongs to the settings and is logged with them; only its choice of events is logged here.
SELECT kf.trigger_put($$CREATE TRIGGER audit_insert AFTER INSERT ON kf.callback_endpoint
    FOR EACH ROW WHEN (NEW.endpoint_id <> NEW.tenant_id) EXECUTE FUNCTION kf.audit_row('callback_endpoint', 'endpoint_id', 'url')$$);
SELECT kf.trigger_put($$CREATE TRIGGER audit_delete AFTER DELETE ON kf.callback_endpoint
    FOR EACH ROW WHEN (OLD.endpoint_id <> OLD.tenant_id) EXECUTE FUNCTION kf.audit_row('callback_endpoint', 'endpoint_id', 'url')$$);
SELECT kf.trigger_put($$CREATE TRIGGER audit_update AFTER UPDATE ON kf.callback_endpoint
    FOR EACH ROW WHEN (NEW.endpoint_id <> NEW.tenant_id OR (OLD.events, OLD.form, OLD.name) IS DISTINCT FROM (NEW.events, NEW.form, NEW.name))
    EXECUTE FUNCTION kf.audit_row('callback_endpoint', 'endpoint_id', 'url')$$);
SELECT kf.trigger_put($$CREATE TRIGGER audit AFTER INSERT OR DELETE ON kf.closed_day
    FOR EACH ROW EXECUTE FUNCTION kf.audit_row('closed_day', 'day', 'reason')$$);
SELECT kf.trigger_put($$CREATE TRIGGER audit AFTER INSERT OR UPDATE ON kf.staff
    FOR EACH ROW EXECUTE FUNCTION kf.audit_row('staff', 'staff_id', 'email')$$);
SELECT kf.trigger_put($$CREATE TRIGGER audit AFTER INSERT OR UPDATE ON kf.api_key
    FOR EACH ROW EXECUTE FUNCTION kf.audit_row('api_key', 'key_id', 'name')$$);
SELECT kf.trigger_put($$CREATE TRIGGER audit AFTER INSERT ON kf.upload
    FOR EACH ROW EXECUTE FUNCTION kf.audit_row('upload', 'upload_id', 'name')$$);
