-- Writes the mails of a kind about a booking, in the transaction of what they tell of: to the customer, or
-- to the professional (where there is an address; and to the one who had it before) and every owner, or to
-- the owners alone. How many. A professional's brings an event for the calendar that reads it
-- ("for_calendar": true, or "end" where the booking has gone to somebody else), but not where we write into
-- their calendar ourselves.
-- p_key makes each go out once. What has had its time is not written, nor what goes to an address that
-- may not stand in a mail: a mail never stops a booking. Whether the merchant wants the kind, the caller
-- has asked (kf.mail_wanted).
CREATE OR REPLACE FUNCTION kf.mail_plan(t kf.tenant, b kf.booking, p_kind text, p_key text, p_useful timestamptz,
                                        p_facts jsonb) RETURNS int
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_all boolean := p_kind IN ('new_booking', 'moved_booking', 'cancelled_booking');
    v_count int;
BEGIN
    IF p_useful <= v_now THEN
        RETURN 0;
    ELSIF NOT v_all AND p_kind NOT IN ('refund_task', 'callback_failing') THEN
        INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, to_name, language, facts, next_attempt_at,
                             created_at, booking_id, key, useful_until)
        SELECT b.tenant_id, gen_random_uuid(), p_kind, b.customer_email, kf.mail_name(b.customer_name), b.language,
               CASE WHEN t.mail_notes ? p_kind THEN
                   p_facts || jsonb_build_object('note', t.mail_notes->p_kind->>b.language) ELSE p_facts END,
               v_now, v_now, b.booking_id, p_key, p_useful
        WHERE kf.mail_address_fits(b.customer_email) AND b.erased_at IS NULL
        ON CONFLICT DO NOTHING;
    ELSE
        INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, to_name, language, facts, next_attempt_at,
                             created_at, booking_id, key, useful_until)
        SELECT t.tenant_id, gen_random_uuid(), p_kind, q.address, kf.mail_name(q.name), q.language,
               CASE WHEN q.brings IS NULL THEN p_facts ELSE
                   p_facts || jsonb_build_object('for_calendar', CASE q.brings WHEN 'event' THEN 'true'::jsonb ELSE '"end"' END) END,
               v_now, v_now, b.booking_id, p_key || '/' || q.id, p_useful
        FROM (SELECT DISTINCT ON (w.who) w.*, max(w.event) OVER (PARTITION BY w.who) AS brings
              FROM (SELECT 1 AS n, f.professional_id AS id, f.email AS address, lower(f.email) AS who, f.name, t.language,
                           CASE WHEN EXISTS (SELECT FROM kf.calendar_connection c
                                             WHERE c.tenant_id = t.tenant_id AND c.professional_id = f.professional_id
                                               AND c.state = 'connected' AND c.write_calendar IS NOT NULL) THEN NULL
                                WHEN f.professional_id = b.professional_id THEN 'event' ELSE 'end' END AS event
                    FROM kf.professional f
                    WHERE f.tenant_id = t.tenant_id AND f.email IS NOT NULL AND v_all
                      AND f.professional_id IN (b.professional_id, (p_facts->>'old_professional_id')::uuid)
                    UNION ALL
                    SELECT 0, s.staff_id, s.email, lower(s.email), s.name, s.language, NULL
                    FROM kf.staff s
                    WHERE s.tenant_id = t.tenant_id AND s.role = 'owner' AND s.state = 'active') w
              WHERE kf.mail_address_fits(w.address)
              ORDER BY w.who, w.n) q
        ON CONFLICT DO NOTHING;
    END IF;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;
