-- A text for searching, without case and accents: the same as in kf.booking.search.
CREATE OR REPLACE FUNCTION kf.search_fold(p text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$ SELECT translate(lower(p), 'áàâäãåéèêëíìîïóòôöõúùûüñç', 'aaaaaaeeeeiiiiooooouuuunc') $$;
