-- The mails about bookings, to whom each goes, and whether it does where the merchant says nothing
-- (kf.tenant.mails). noted: the merchant may add a text of their own.
CREATE OR REPLACE FUNCTION kf.mail_kinds() RETURNS TABLE (kind text, audience text, on_default boolean, noted boolean)
LANGUAGE sql IMMUTABLE
AS $$
    VALUES ('booking_received', 'customer', false, false), ('booking_confirmed', 'customer', true, true),
           ('payment_failed', 'customer', true, false), ('reminder_24h', 'customer', true, true),
           ('reminder_1h', 'customer', true, false), ('booking_moved', 'customer', true, true),
           ('booking_cancelled', 'customer', true, true), ('refund_done', 'customer', true, false),
           ('waiting_joined', 'customer', true, false), ('waiting_offer', 'customer', true, false),
           ('new_booking', 'merchant', true, false), ('moved_booking', 'merchant', true, false),
           ('cancelled_booking', 'merchant', true, false), ('refund_task', 'owner', true, false),
           ('callback_failing', 'owner', true, false)
$$;

-- Does a mail of this kind go out, by what the merchant chose (kf.tenant.mails)?
CREATE OR REPLACE FUNCTION kf.mail_wanted(p_mails jsonb, p_kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$ SELECT coalesce((p_mails->>p_kind)::boolean, p_kind <> 'booking_received') $$;

-- May this stand in the head of a mail? An address that could end a line of it never does.
CREATE OR REPLACE FUNCTION kf.mail_address_fits(p_address text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(octet_length(p_address) <= 254 AND p_address ~
        '^[^[:cntrl:][:space:]<>@,;:"()\\\[\]]+@[^[:cntrl:][:space:]<>@,;:"()\\\[\]]+$', false)
$$;

-- A name as it may stand there: one line, not too long.
CREATE OR REPLACE FUNCTION kf.mail_name(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$ SELECT left(regexp_replace(coalesce(p_name, ''), '[[:cntrl:]]', ' ', 'g'), 100) $$;
