-- Roles of a Konfirmado database. Run once by a superuser, before the first migration;
-- running it again changes nothing. Passwords and pg_hba.conf are the operator's.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'konfirmado_directory') THEN
        CREATE ROLE konfirmado_directory NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'konfirmado_privacy') THEN
        CREATE ROLE konfirmado_privacy NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'konfirmado_owner') THEN
        CREATE ROLE konfirmado_owner LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'konfirmado_app') THEN
        CREATE ROLE konfirmado_app LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'konfirmado_backup') THEN
        CREATE ROLE konfirmado_backup LOGIN;
    END IF;
END
$$;

ALTER ROLE konfirmado_directory NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOLOGIN;
-- Takes the names out of what is kept, and may do nothing else.
ALTER ROLE konfirmado_privacy NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOLOGIN NOINHERIT;
-- NOINHERIT: the owner may put on the directory's or the eraser's hat with SET ROLE (to create
-- their few functions) but does not see across tenants by itself.
ALTER ROLE konfirmado_owner NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
ALTER ROLE konfirmado_app NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
-- Reads everything, by policies: whoever restores a copy compares it as this role.
ALTER ROLE konfirmado_backup NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
ALTER ROLE konfirmado_backup SET default_transaction_read_only = on;
GRANT konfirmado_directory, konfirmado_privacy, konfirmado_backup TO konfirmado_owner;

ALTER ROLE konfirmado_owner SET search_path = kf, pg_catalog;
ALTER ROLE konfirmado_owner SET timezone = 'UTC';

-- Timeouts live on the role: a transaction pooler refuses the "options" start-up parameter.
ALTER ROLE konfirmado_app SET search_path = kf, pg_catalog;
ALTER ROLE konfirmado_app SET timezone = 'UTC';
ALTER ROLE konfirmado_app SET jit = off;
-- Every statement goes by keys; planning one anew costs more than running it.
ALTER ROLE konfirmado_app SET plan_cache_mode = 'force_generic_plan';
ALTER ROLE konfirmado_app SET statement_timeout = '5s';
ALTER ROLE konfirmado_app SET lock_timeout = '2s';
-- What nobody waits for any more is not done: a server that gave a statement up has hung up.
ALTER ROLE konfirmado_app SET client_connection_check_interval = '1s';
ALTER ROLE konfirmado_app SET idle_in_transaction_session_timeout = '10s';
