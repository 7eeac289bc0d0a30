-- Every mail about a place in the waiting list brings a link to leave it, and each of them works as long as the
-- place does. kf.waiting.leave_hash has the one of the last mail that was sent before.
CREATE TABLE kf.waiting_token (
    tenant_id uuid NOT NULL,
    waiting_id uuid NOT NULL,
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, waiting_id, token_hash),
    FOREIGN KEY (tenant_id, waiting_id) REFERENCES kf.waiting ON DELETE CASCADE
);
CREATE UNIQUE INDEX waiting_token_hash ON kf.waiting_token (token_hash);
