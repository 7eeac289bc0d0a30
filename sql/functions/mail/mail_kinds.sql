-- The kinds of mails about bookings, with their audience and default (kf.tenant.mails has the merchant's choice).
-- noted: the merchant may add a text.
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

-- Whether a mail of this kind is sent, by the merchant's choice (kf.tenant.mails).
CREATE OR REPLACE FUNCTION kf.mail_wanted(p_mails jsonb, p_kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$ SELECT coalesce((p_mails->>p_kind)::boolean, p_kind <> 'booking_received') $$;

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
