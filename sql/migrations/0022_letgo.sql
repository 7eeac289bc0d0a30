-- A time that comes free is put with the claim that it was of: who let an offer go keeps it for nobody.
DROP FUNCTION IF EXISTS kf.freed_put(uuid, uuid, timestamptz, timestamptz);
-- An address is asked for at a business: what its own server's mail confirmed is good there alone.
DROP FUNCTION IF EXISTS kf.free_address_take(text);
-- Where a report came from: those of one network count once.
ALTER TABLE kf.mail_report ADD COLUMN network bigint;
