-- The name of the actor (kf.actor_set); empty if nobody of the merchant acts.
CREATE OR REPLACE FUNCTION kf.actor_name() RETURNS text
LANGUAGE sql STABLE
AS $$ SELECT coalesce(NULLIF(current_setting('kf.actor', true), '')::jsonb->>'name', '') $$;
