-- What a professional's mail brings for the calendar that reads it: {"for_calendar": true} an event, or
-- "end" where the booking has gone to somebody else. Not where we write into their calendar ourselves.
CREATE OR REPLACE FUNCTION kf.mail_for_calendar(b kf.booking, p_facts jsonb, p_address text) RETURNS jsonb
LANGUAGE sql STABLE
AS $$
    SELECT coalesce((
        SELECT jsonb_build_object('for_calendar', CASE WHEN f.professional_id = b.professional_id THEN 'true'::jsonb
                                                       ELSE '"end"' END)
        FROM kf.professional f
        WHERE f.tenant_id = b.tenant_id AND lower(f.email) = lower(p_address)
          AND f.professional_id IN (b.professional_id, (p_facts->>'old_professional_id')::uuid)
          AND NOT EXISTS (SELECT FROM kf.calendar_connection c
                          WHERE c.tenant_id = f.tenant_id AND c.professional_id = f.professional_id
                            AND c.state = 'connected' AND c.write_calendar IS NOT NULL)
        ORDER BY f.professional_id = b.professional_id DESC LIMIT 1), '{}')
$$;

-- Writes the mails of a kind about a booking, in the transaction of what they tell of: to the customer, or
-- to the professional (where there is an address) and every owner, or to the owners alone. How many.
-- p_key makes each go out once. What has had its time is not written, nor what goes to an address that
-- may not stand in a mail: a mail never stops a booking. Whether the merchant wants the kind, the caller
-- has asked (kf.mail_wanted).
CREATE OR REPLACE FUNCTION kf.mail_plan(t kf.tenant, b kf.booking, p_kind text, p_key text, p_useful timestamptz,
                                        p_facts jsonb) RETURNS int
LANGUAGE plpgsql
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_count int;
BEGIN
    IF p_useful <= v_now THEN
        RETURN 0;
    ELSIF p_kind NOT IN ('new_booking', 'moved_booking', 'cancelled_booking', 'refund_task', 'callback_failing') THEN
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
        SELECT t.tenant_id, gen_random_uuid(), p_kind, q.address, q.name, q.language,
               p_facts || kf.mail_for_calendar(b, p_facts, q.address), v_now, v_now,
               b.booking_id, p_key || '/' || q.id, p_useful
        FROM (SELECT DISTINCT ON (lower(w.address)) w.*
              FROM (SELECT 1 AS n, f.professional_id AS id, f.email AS address, kf.mail_name(f.name) AS name, t.language
                    FROM kf.professional f
                    WHERE f.tenant_id = t.tenant_id AND f.email IS NOT NULL
                      AND f.professional_id IN (b.professional_id, (p_facts->>'old_professional_id')::uuid)
                      AND p_kind NOT IN ('refund_task', 'callback_failing')
                    UNION ALL
                    SELECT 0, s.staff_id, s.email, kf.mail_name(s.name), s.language
                    FROM kf.staff s
                    WHERE s.tenant_id = t.tenant_id AND s.role = 'owner' AND s.state = 'active') w
              WHERE kf.mail_address_fits(w.address)
              ORDER BY lower(w.address), w.n) q
        ON CONFLICT DO NOTHING;
    END IF;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;
