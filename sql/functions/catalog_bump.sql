-- Counts up the version of a tenant's catalogue when something that customers see changes.
CREATE OR REPLACE FUNCTION kf.catalog_bump() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE kf.tenant SET catalog_version = catalog_version + 1
    WHERE tenant_id = CASE WHEN TG_OP = 'DELETE' THEN OLD.tenant_id ELSE NEW.tenant_id END;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER catalog_bump AFTER INSERT OR UPDATE OR DELETE ON kf.service
    FOR EACH ROW EXECUTE FUNCTION kf.catalog_bump();
CREATE OR REPLACE TRIGGER catalog_bump AFTER INSERT OR UPDATE OR DELETE ON kf.payment_account
    FOR EACH ROW EXECUTE FUNCTION kf.catalog_bump();
CREATE OR REPLACE TRIGGER catalog_bump AFTER INSERT OR UPDATE OR DELETE ON kf.professional
    FOR EACH ROW EXECUTE FUNCTION kf.catalog_bump();
CREATE OR REPLACE TRIGGER catalog_bump AFTER INSERT OR UPDATE OR DELETE ON kf.professional_service
    FOR EACH ROW EXECUTE FUNCTION kf.catalog_bump();
CREATE OR REPLACE TRIGGER catalog_bump AFTER INSERT OR UPDATE OR DELETE ON kf.working_hours
    FOR EACH ROW EXECUTE FUNCTION kf.catalog_bump();
CREATE OR REPLACE TRIGGER catalog_bump AFTER INSERT OR UPDATE OR DELETE ON kf.date_override
    FOR EACH ROW EXECUTE FUNCTION kf.catalog_bump();
CREATE OR REPLACE TRIGGER catalog_bump AFTER INSERT OR UPDATE OR DELETE ON kf.closed_day
    FOR EACH ROW EXECUTE FUNCTION kf.catalog_bump();
CREATE OR REPLACE TRIGGER catalog_bump AFTER INSERT OR DELETE ON kf.booking_link
    FOR EACH ROW EXECUTE FUNCTION kf.catalog_bump();
-- A use alone changes nothing that is seen, the last one does.
CREATE OR REPLACE TRIGGER catalog_bump_update AFTER UPDATE ON kf.booking_link
    FOR EACH ROW
    WHEN (ROW(NEW.public_id, NEW.name, NEW.service_id, NEW.professional_id, NEW.locked, NEW.language,
              NEW.expires_at, NEW.max_uses, NEW.active, coalesce(NEW.uses >= NEW.max_uses, false))
          IS DISTINCT FROM
          ROW(OLD.public_id, OLD.name, OLD.service_id, OLD.professional_id, OLD.locked, OLD.language,
              OLD.expires_at, OLD.max_uses, OLD.active, coalesce(OLD.uses >= OLD.max_uses, false)))
    EXECUTE FUNCTION kf.catalog_bump();
