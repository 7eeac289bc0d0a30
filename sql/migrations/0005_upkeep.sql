-- What is found again quickly, and what is forgotten in time.

-- Bookings of a link, as the other filters have them.
CREATE INDEX booking_page_link ON kf.booking (tenant_id, link_id, slot_start DESC, booking_id DESC)
    WHERE link_id IS NOT NULL;

-- Searches no longer ask for ids first: these have others in their place.
SET ROLE konfirmado_directory;
DROP FUNCTION IF EXISTS kf.booking_matches(text[], int);
RESET ROLE;
DROP FUNCTION IF EXISTS kf.booking_query(jsonb, boolean, boolean, int);
DROP FUNCTION IF EXISTS kf.match_query(int);

-- When it was last looked whether a picture is shown, and since when it is not.
ALTER TABLE kf.upload ADD COLUMN checked_at timestamptz NOT NULL DEFAULT '-infinity',
    ADD COLUMN unused_since timestamptz;
CREATE INDEX upload_checked ON kf.upload (checked_at);
-- Which picture of ours a URL names, whoever's it is.
CREATE INDEX tenant_upload ON kf.tenant (substring(logo_url FROM '/uploads/([A-Za-z0-9_-]+[.][a-z]+)'));
CREATE INDEX professional_upload ON kf.professional (substring(photo_url FROM '/uploads/([A-Za-z0-9_-]+[.][a-z]+)'));
CREATE INDEX service_upload ON kf.service (substring(image_url FROM '/uploads/([A-Za-z0-9_-]+[.][a-z]+)'));

-- What has had its time.
CREATE INDEX session_over ON kf.session (expires_at);
CREATE INDEX token_over ON kf.token (expires_at);
CREATE INDEX staff_unverified ON kf.staff (created_at) WHERE state = 'unverified';
