-- A time that comes free is put with the claim that it was of: who let an offer go keeps it for nobody.
DROP FUNCTION IF EXISTS kf.freed_put(uuid, uuid, timestamptz, timestamptz);
