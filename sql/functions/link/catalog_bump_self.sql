-- The same for the tenant's own row.
CREATE OR REPLACE FUNCTION kf.catalog_bump_self() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF to_jsonb(NEW) - 'catalog_version' IS DISTINCT FROM to_jsonb(OLD) - 'catalog_version' THEN
        NEW.catalog_version := OLD.catalog_version + 1;
    END IF;
    RETURN NEW;
END
$$;

SELECT kf.trigger_put($$CREATE TRIGGER catalog_bump BEFORE UPDATE ON kf.tenant
    FOR EACH ROW EXECUTE FUNCTION kf.catalog_bump_self()$$);
