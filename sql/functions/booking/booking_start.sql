-- Turns a hold into a booking with a first payment attempt. A booking without a charge is settled at once. A repeated
-- call returns the existing booking.
-- p_after: the professional's calendar must have been read then or later.
-- p_more: {metadata} from the caller of the API; null: nothing.
-- p_mail: whether the operator has a mail server. If it has, or the business has its own, an unconfirmed address may
-- have one free booking. Null: a server of another release, without this check.
-- Refusals: KF404, KF416, KF415, KF418, KF419, KF411 (the link was used up meanwhile), KF422 (timezone), KF412 (the
-- calendar takes the time now), KF432 (it must be read; the field names the professional), KF420, KF434 (the address
-- must be confirmed: kf.free_address_ask).
CREATE OR REPLACE FUNCTION kf.booking_start(p_tenant uuid, p_booking uuid, p_attempt uuid, p_claim uuid,
    p_token_hash bytea, p_name text, p_email text, p_phone text, p_notes text, p_language text, p_zone text,
    p_after timestamptz, p_more jsonb, p_mail boolean)
RETURNS SETOF kf.checkout
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    c kf.claim;
    b kf.booking;
    v_id uuid;
    v_zone_known boolean;
    v_calendar boolean;
    v_unconfirmed boolean;
BEGIN
    SELECT x.* INTO c FROM kf.claim x WHERE x.tenant_id = p_tenant AND x.claim_id = p_claim FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such hold');
    ELSIF c.token_hash IS DISTINCT FROM p_token_hash THEN
        PERFORM kf.refuse('KF416', 'The token does not give the right to this');
    END IF;
    SELECT (SELECT x.booking_id FROM kf.booking x WHERE x.tenant_id = p_tenant AND x.token_hash = p_token_hash),
           p_zone IS NULL OR EXISTS (SELECT FROM kf.zone_name z WHERE z.name = p_zone),
           EXISTS (SELECT FROM kf.calendar_connection k WHERE k.tenant_id = p_tenant
                     AND k.professional_id = c.professional_id AND k.state <> 'disconnected')
    INTO v_id, v_zone_known, v_calendar;
    IF v_id IS NULL THEN
        -- Mails and pages use the zone later. An unknown zone would fail in the background work.
        IF NOT v_zone_known THEN
            PERFORM kf.refuse_field('This is not a time zone', 'timezone', 'not_a_time_zone');
        END IF;
        IF c.state <> 'held' OR c.expires_at <= kf.now() THEN
            PERFORM kf.refuse('KF415', 'The hold on this time has ended');
        END IF;
        IF v_calendar THEN
            PERFORM kf.calendar_check(p_tenant, c.professional_id, c.starts_at, c.ends_at, p_after);
        END IF;
        c.expires_at := greatest(c.expires_at, c.full_until);
        b := kf.booking_of(c, p_booking, p_name, p_email, p_phone, p_notes, p_language, p_zone);
        IF p_more IS NOT NULL THEN
            b.metadata := kf.doc_metadata(p_more, 'metadata');
        END IF;
        IF b.charge_cents = 0 THEN
            v_unconfirmed := p_mail IS NOT NULL AND NOT kf.free_address_take(p_tenant, p_email)
                AND (p_mail OR EXISTS (SELECT FROM kf.mail_channel m WHERE m.tenant_id = p_tenant AND m.active));
            PERFORM kf.booking_put_free(b, 'customer', v_calendar);
        ELSE
            PERFORM kf.booking_put(b, 'customer', '');
            UPDATE kf.claim x SET state = 'pending', expires_at = c.expires_at, return_url = NULL
            WHERE x.tenant_id = p_tenant AND x.claim_id = p_claim;
            PERFORM kf.attempt_put(b, p_attempt);
        END IF;
        PERFORM kf.link_use(p_tenant, c.link_id);
        -- Only now, so that a used-up link is refused alike for known and unknown addresses.
        IF v_unconfirmed THEN
            PERFORM kf.refuse('KF434', 'This address must be confirmed first, by the link in a mail', 'customer.email');
        END IF;
        v_id := b.booking_id;
    END IF;
    RETURN QUERY SELECT * FROM kf.booking_checkout(p_tenant, v_id);
END
$$;

-- For servers of version 18. To be removed when kf.meta 'serves' has passed 18.
CREATE OR REPLACE FUNCTION kf.booking_start(p_tenant uuid, p_booking uuid, p_attempt uuid, p_claim uuid,
    p_token_hash bytea, p_name text, p_email text, p_phone text, p_notes text, p_language text, p_zone text,
    p_after timestamptz, p_more jsonb)
RETURNS SETOF kf.checkout
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY SELECT * FROM kf.booking_start(p_tenant, p_booking, p_attempt, p_claim, p_token_hash, p_name, p_email,
                                                p_phone, p_notes, p_language, p_zone, p_after, p_more, NULL);
END
$$;

-- For servers of version 14, without metadata. To be removed when kf.meta 'serves' has passed 14.
CREATE OR REPLACE FUNCTION kf.booking_start(p_tenant uuid, p_booking uuid, p_attempt uuid, p_claim uuid,
    p_token_hash bytea, p_name text, p_email text, p_phone text, p_notes text, p_language text, p_zone text,
    p_after timestamptz DEFAULT NULL)
RETURNS SETOF kf.checkout
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY SELECT * FROM kf.booking_start(p_tenant, p_booking, p_attempt, p_claim, p_token_hash, p_name, p_email,
                                                p_phone, p_notes, p_language, p_zone, p_after, NULL, NULL);
END
$$;
