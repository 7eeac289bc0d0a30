-- The oldest release whose servers these functions still serve beside newer ones; /health shows it. Functions that a
-- release called keep their arguments, columns and meaning until this number has passed it. tests/sql/served checks its
-- statements against the functions.
INSERT INTO kf.meta (key, value) VALUES ('serves', '7')
ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value WHERE kf.meta.value <> EXCLUDED.value;
