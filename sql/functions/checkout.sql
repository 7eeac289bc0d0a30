-- The result of the functions that lead to the provider's checkout. It never changes: a result with more columns is
-- another type.
DO $$
DECLARE
    f record;
BEGIN
    IF to_regtype('kf.checkout') IS NOT NULL THEN
        RETURN;
    END IF;
    CREATE TYPE kf.checkout AS (
        booking_id uuid, status text, version int, charge_cents bigint, currency text, price_cents bigint,
        slot_start timestamptz, slot_end timestamptz, expires_at timestamptz, reference text, service_name text,
        customer_name text, customer_email text, customer_phone text, return_url text, provider text, mode text,
        public_key text, private_key_sealed text, integrity_secret_sealed text, events_secret_sealed text);
    -- Until version 24 these functions listed the columns themselves, and REPLACE changes no result. They are renamed and
    -- not dropped, because a statement that is being planned still needs them. Their files create the new ones in the same
    -- transaction. To be removed when kf.meta 'serves' has passed 24; the renamed functions are dropped with it.
    FOR f IN SELECT p.oid::regprocedure AS name, p.proname || '_until_24' AS former FROM pg_proc p
             WHERE p.pronamespace = 'kf'::regnamespace
               AND p.proname IN ('booking_checkout', 'booking_start', 'booking_start_at', 'booking_retry', 'visit_pay')
    LOOP
        EXECUTE format('ALTER FUNCTION %s RENAME TO %I', f.name, f.former);
    END LOOP;
END
$$;
