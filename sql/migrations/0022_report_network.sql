-- Where a report of a mail came from, as a keyed hash: those of one network count once.
ALTER TABLE kf.mail_report ADD COLUMN network bigint;
