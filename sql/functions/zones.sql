-- Zones that the installed time-zone data knows and the table does not yet.
INSERT INTO kf.zone_name
SELECT name FROM pg_timezone_names
WHERE name !~ '^(posix|right)/' AND name NOT IN ('posixrules', 'localtime', 'Factory')
ON CONFLICT DO NOTHING;
