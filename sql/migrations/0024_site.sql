-- What a business says of itself on its public page. Catalogue pages are kept by catalog_version, which the trigger of
-- kf.tenant raises for these too.
ALTER TABLE kf.tenant
    ADD COLUMN about text CHECK (length(about) <= 2000),
    ADD COLUMN phone text CHECK (length(phone) <= 40),
    ADD COLUMN whatsapp text CHECK (length(whatsapp) <= 40),
    ADD COLUMN street_address text CHECK (length(street_address) <= 300),
    ADD COLUMN address_map_url text CHECK (length(address_map_url) <= 500),
    ADD COLUMN privacy_url text CHECK (length(privacy_url) <= 2000);
