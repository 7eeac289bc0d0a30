-- The oldest release whose servers these functions still serve: they work beside newer ones, and /health says
-- so. What a release called stays, with its arguments, columns and meaning, until this number has passed it:
-- tests/sql/served holds its statements against the functions.
INSERT INTO kf.meta (key, value) VALUES ('serves', '7')
ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value WHERE kf.meta.value <> EXCLUDED.value;
