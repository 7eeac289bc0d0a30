-- A mail may be reported from several networks: whoever reports first does not take the next one's report away.
UPDATE kf.mail_report SET network = 0 WHERE network IS NULL;
ALTER TABLE kf.mail_report ALTER COLUMN network SET DEFAULT 0, ALTER COLUMN network SET NOT NULL,
    DROP CONSTRAINT mail_report_pkey, ADD PRIMARY KEY (tenant_id, mail_id, network);
