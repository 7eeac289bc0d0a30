-- Whether an address may appear in a mail header. An address that could end a header line may not.
CREATE OR REPLACE FUNCTION kf.mail_address_fits(p_address text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(octet_length(p_address) <= 254 AND p_address ~
        '^[^[:cntrl:][:space:]<>@,;:"()\\\[\]]+@[^[:cntrl:][:space:]<>@,;:"()\\\[\]]+$', false)
$$;

-- A name for a mail header: one line, limited in length.
CREATE OR REPLACE FUNCTION kf.mail_name(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$ SELECT left(regexp_replace(coalesce(p_name, ''), '[[:cntrl:]]', ' ', 'g'), 100) $$;
