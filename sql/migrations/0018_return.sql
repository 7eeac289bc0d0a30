-- Where the customer of a booking goes back to, if it is another address than the business's own. The booking takes it
-- over from the hold.
ALTER TABLE kf.claim ADD COLUMN return_url text;
ALTER TABLE kf.booking ADD COLUMN return_url text;

-- Which frame on another site a hold was made in, by the hash of the name that the frame carries in its address:
-- the frame's next hold takes the place of this one, and no cookie is needed to know it.
CREATE TABLE kf.hold_frame (
    tenant_id uuid NOT NULL,
    claim_id uuid NOT NULL,
    frame_hash bytea NOT NULL CHECK (octet_length(frame_hash) = 32),
    PRIMARY KEY (tenant_id, claim_id),
    FOREIGN KEY (tenant_id, claim_id) REFERENCES kf.claim ON DELETE CASCADE
);
CREATE INDEX hold_frame_of ON kf.hold_frame (tenant_id, frame_hash);
