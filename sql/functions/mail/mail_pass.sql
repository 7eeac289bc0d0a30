-- The recipient of an address, as a keyed hash, which names nobody. Ignores what mail servers ignore: case, a tag after
-- "+", and Gmail's dots.
CREATE OR REPLACE FUNCTION kf.mail_subject(p_address text) RETURNS bytea
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_host text := lower(coalesce(substring(p_address FROM '@([^@]*)$'), ''));
    v_name text := split_part(lower(regexp_replace(p_address, '@[^@]*$', '')), '+', 1);
BEGIN
    IF v_host IN ('gmail.com', 'googlemail.com') THEN
        v_host := 'gmail.com';
        v_name := replace(v_name, '.', '');
    END IF;
    RETURN sha256(convert_to((SELECT m.value FROM kf.meta m WHERE m.key = 'mail_key') || '/address/' || v_name || '@' || v_host,
                             'UTF8'));
END
$$;

-- Whether a due mail may be sent now. null: yes, and it is counted; else the reason:
--   stopped     too many mails of its business bounced or were reported
--   quota       its business has used up the mails of the day
--   recipients  its business has used up the new addresses of the day; waiting lists may use half of them at most
--   address     the address got too many mails in an hour or a day, from any business. Confirmation links have a lower
--               limit, but are counted separately; otherwise many other mails would prevent a confirmation. Links that
--               confirm for one business only are counted at that business
-- Mails to people of the business, and about paid bookings, are always sent; so are mails about bookings to people of a
-- trusted business. Callers are serialized, so the counts are exact.
CREATE OR REPLACE FUNCTION kf.mail_pass(m kf.mail) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_quota jsonb;
    v_subject bytea;
    v_link boolean := m.kind = 'confirm_address';
    v_new boolean;
    v_hour int;
    v_day int;
    t kf.tenant;
    d kf.mail_day;
BEGIN
    IF m.attempts > 0 OR kf.mail_is_inside(m) THEN
        RETURN NULL;
    END IF;
    SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = m.tenant_id;
    IF t.mail_stopped_at IS NOT NULL THEN
        RETURN 'stopped';
    ELSIF t.trusted_at IS NOT NULL
          AND EXISTS (SELECT FROM kf.mail_kinds() k WHERE k.kind = m.kind AND k.audience <> 'customer') THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('kf.mail_count', 0));
    v_subject := kf.mail_subject(m.to_address);
    IF v_link THEN
        IF kf.mail_goes_own(m) THEN
            v_subject := kf.free_address_here(m.tenant_id, v_subject);
        END IF;
        v_subject := sha256(v_subject || '/confirm');
    END IF;
    SELECT coalesce(sum(h.n) FILTER (WHERE h.hour = date_trunc('hour', v_now, 'UTC')), 0), coalesce(sum(h.n), 0)
    INTO v_hour, v_day
    FROM kf.mail_hour h WHERE h.subject = v_subject AND h.hour > v_now - interval '24 hours';
    IF v_hour >= (CASE WHEN v_link THEN 3 ELSE 10 END) OR v_day >= (CASE WHEN v_link THEN 6 ELSE 30 END) THEN
        RETURN 'address';
    END IF;
    v_quota := kf.quota_of(t);
    v_new := v_quota->>'recipients' IS NOT NULL AND NOT v_link
        AND NOT EXISTS (SELECT FROM kf.mail_recipient r WHERE r.tenant_id = m.tenant_id AND r.subject = v_subject);
    SELECT x.* INTO d FROM kf.mail_day x WHERE x.tenant_id = m.tenant_id AND x.day = (v_now AT TIME ZONE 'UTC')::date;
    IF coalesce(d.mails, 0) >= (v_quota->>'mails')::int THEN
        RETURN 'quota';
    ELSIF v_new AND coalesce(d.recipients, 0) >= (v_quota->>'recipients')::int
                                                 / (CASE WHEN m.kind = 'waiting_confirm' THEN 2 ELSE 1 END) THEN
        RETURN 'recipients';
    END IF;
    PERFORM kf.mail_count(m.tenant_id, v_subject, v_new);
    RETURN NULL;
END
$$;

-- The time when a held mail is checked again, by the reason of kf.mail_pass.
CREATE OR REPLACE FUNCTION kf.mail_again(p_why text) RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
    SELECT CASE WHEN p_why IN ('quota', 'recipients') THEN kf.quota_day() + interval '1 day'
                ELSE date_trunc('hour', kf.now(), 'UTC') + interval '1 hour' END
$$;

-- Whether a mail is for a person of its business, or about a booking paid with real money.
CREATE OR REPLACE FUNCTION kf.mail_is_inside(m kf.mail) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM kf.staff s WHERE s.email = lower(m.to_address) AND s.tenant_id = m.tenant_id AND s.state = 'active')
        OR (m.booking_id IS NOT NULL AND EXISTS (
            SELECT FROM kf.payment x JOIN kf.payment_attempt a USING (tenant_id, attempt_id)
            WHERE x.tenant_id = m.tenant_id AND x.booking_id = m.booking_id AND x.approved_cents > 0
              AND a.mode = 'production'));
END
$$;

CREATE OR REPLACE FUNCTION kf.mail_count(p_tenant uuid, p_subject bytea, p_new boolean) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
BEGIN
    INSERT INTO kf.mail_hour AS h (subject, hour, n) VALUES (p_subject, date_trunc('hour', v_now, 'UTC'), 1)
    ON CONFLICT (subject, hour) DO UPDATE SET n = h.n + 1;
    IF p_new THEN
        INSERT INTO kf.mail_recipient (tenant_id, subject, first_at) VALUES (p_tenant, p_subject, v_now) ON CONFLICT DO NOTHING;
    END IF;
    INSERT INTO kf.mail_day AS d (tenant_id, day, mails, recipients)
    VALUES (p_tenant, (v_now AT TIME ZONE 'UTC')::date, 1, p_new::int)
    ON CONFLICT (tenant_id, day) DO UPDATE SET mails = d.mails + 1, recipients = d.recipients + p_new::int;
END
$$;

-- The content of a mail. For a business that is not trusted (p_free: it is) only plain facts, without its own texts,
-- pictures and links. The place stays if it contains no web address. Names are checked when the mail is composed.
CREATE OR REPLACE FUNCTION kf.mail_told(p_facts jsonb, p_free boolean) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE WHEN p_free THEN p_facts
                ELSE p_facts - ARRAY['note', 'instructions', 'map_url', 'reason', 'notes']
                     - CASE WHEN p_facts->>'place' ~ '[/\\@:]|[.][[:alnum:]]{2}' THEN ARRAY['place'] ELSE '{}'::text[] END END
$$;
