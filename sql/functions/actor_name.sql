-- The name of whoever acts (kf.actor_set); empty: nobody of the merchant.
CREATE OR REPLACE FUNCTION kf.actor_name() RETURNS text
LANGUAGE sql STABLE
AS $$ SELECT coalesce(NULLIF(current_setting('kf.actor', true), '')::jsonb->>'name', '') $$;
