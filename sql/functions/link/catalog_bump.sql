-- Increments the version of a tenant's catalogue when something visible to customers changes: once for a statement,
-- however many rows it changes.
CREATE OR REPLACE FUNCTION kf.catalog_bump_changed() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE kf.tenant SET catalog_version = catalog_version + 1
    WHERE tenant_id IN (SELECT x.tenant_id FROM changed x);
    RETURN NULL;
END
$$;

-- (A trigger with a transition table is for one kind of statement.)
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['service', 'payment_account', 'professional', 'professional_service', 'working_hours',
                             'date_override', 'closed_day', 'booking_link']
    LOOP
        PERFORM kf.trigger_put(format('CREATE TRIGGER catalog_bump AFTER INSERT ON kf.%I REFERENCING NEW TABLE AS changed'
                                      ' FOR EACH STATEMENT EXECUTE FUNCTION kf.catalog_bump_changed()', t));
        PERFORM kf.trigger_put(format('CREATE TRIGGER catalog_bump_delete AFTER DELETE ON kf.%I REFERENCING OLD TABLE AS changed'
                                      ' FOR EACH STATEMENT EXECUTE FUNCTION kf.catalog_bump_changed()', t));
        CONTINUE WHEN t = 'booking_link';
        PERFORM kf.trigger_put(format('CREATE TRIGGER catalog_bump_update AFTER UPDATE ON kf.%I REFERENCING NEW TABLE AS changed'
                                      ' FOR EACH STATEMENT EXECUTE FUNCTION kf.catalog_bump_changed()', t));
    END LOOP;
END
$$;

-- A use of a link is invisible to customers unless it is the last one. Uses are counted one row at a time, and only a
-- row trigger can be skipped by its condition.
CREATE OR REPLACE FUNCTION kf.catalog_bump() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE kf.tenant SET catalog_version = catalog_version + 1 WHERE tenant_id = NEW.tenant_id;
    RETURN NULL;
END
$$;

SELECT kf.trigger_put($$CREATE TRIGGER catalog_bump_update AFTER UPDATE ON kf.booking_link
    FOR EACH ROW
    WHEN (ROW(NEW.public_id, NEW.name, NEW.service_id, NEW.professional_id, NEW.locked, NEW.language,
              NEW.expires_at, NEW.max_uses, NEW.active, coalesce(NEW.uses >= NEW.max_uses, false))
          IS DISTINCT FROM
          ROW(OLD.public_id, OLD.name, OLD.service_id, OLD.professional_id, OLD.locked, OLD.language,
              OLD.expires_at, OLD.max_uses, OLD.active, coalesce(OLD.uses >= OLD.max_uses, false)))
    EXECUTE FUNCTION kf.catalog_bump()$$);
