-- The standing of a business, for the operator: standing ("trusted"; "paid": earned by payments; "new"; "approval":
-- waits for the operator), the daily quotas and their use today, bounces and reports of seven days, and since when and
-- why its mails are stopped.
CREATE OR REPLACE FUNCTION kf.standing_of(t kf.tenant) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_quota jsonb := kf.quota_of(t);
    d kf.mail_day;
    w record;
BEGIN
    SELECT x.* INTO d FROM kf.mail_day x
    WHERE x.tenant_id = t.tenant_id AND x.day = (kf.now() AT TIME ZONE 'UTC')::date;
    SELECT coalesce(sum(x.mails), 0) AS mails, coalesce(sum(x.bounces), 0) AS bounces, coalesce(sum(x.reports), 0) AS reports
    INTO w FROM kf.mail_day x
    WHERE x.tenant_id = t.tenant_id AND x.day > ((kf.now() - interval '7 days') AT TIME ZONE 'UTC')::date;
    RETURN jsonb_build_object(
        'standing', CASE WHEN t.approval_asked_at IS NOT NULL THEN 'approval' WHEN t.trusted_at IS NOT NULL THEN 'trusted'
                         WHEN (v_quota->>'trusted')::boolean THEN 'paid' ELSE 'new' END,
        'quota', v_quota - ARRAY['trusted', 'paid', 'age_days'],
        'today', jsonb_build_object('mails', coalesce(d.mails, 0), 'recipients', coalesce(d.recipients, 0)),
        'week', jsonb_build_object('mails', w.mails, 'bounces', w.bounces, 'reports', w.reports),
        'quota_text', (SELECT string_agg(format('%s %s', q.key, q.value), ', ' ORDER BY q.key)
                       FROM jsonb_each_text(v_quota - ARRAY['trusted', 'paid', 'age_days']) q WHERE q.value IS NOT NULL),
        'week_text', format('%s mails, %s came back, %s reported', w.mails, w.bounces, w.reports));
END
$$;

-- Sets the operator's decisions: {trusted: true or false; quotas: {kind of kf.quota_of: number a day}, added to earlier
-- ones, or null: none; mails: true: resumes stopped mails}. Returns the new standing.
CREATE OR REPLACE FUNCTION kf.tenant_standing(p_tenant uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    q record;
    t kf.tenant;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['trusted', 'quotas', 'mails']);
    SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = p_tenant FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM kf.refuse('KF404', 'There is no such tenant');
    END IF;
    IF p ? 'trusted' THEN
        t.trusted_at := CASE WHEN kf.doc_bool(p, 'trusted', false) THEN coalesce(t.trusted_at, kf.now()) END;
    END IF;
    IF p ? 'quotas' THEN
        FOR q IN SELECT x.key FROM jsonb_each(coalesce(nullif(p->'quotas', 'null'), '{}')) x LOOP
            IF q.key NOT IN ('mails', 'recipients', 'messages', 'bookings', 'exports') THEN
                PERFORM kf.refuse('KF422', 'There is no such quota', q.key);
            END IF;
            PERFORM kf.doc_int(p->'quotas', q.key, 0, 1000000, true);
        END LOOP;
        t.quotas := CASE WHEN p->'quotas' <> 'null' THEN coalesce(t.quotas, '{}') || (p->'quotas') END;
    END IF;
    IF kf.doc_bool(p, 'mails', false) THEN
        t.mail_stopped_at := NULL;
        t.mail_stopped_why := NULL;
        t.mail_resumed_at := kf.now();
    END IF;
    UPDATE kf.tenant x
    SET (trusted_at, quotas, mail_stopped_at, mail_stopped_why, mail_resumed_at) =
        (t.trusted_at, t.quotas, t.mail_stopped_at, t.mail_stopped_why, t.mail_resumed_at)
    WHERE x.tenant_id = p_tenant;
    UPDATE kf.mail m SET next_attempt_at = kf.now() -- mails waiting for this decision are due now
    WHERE m.tenant_id = p_tenant AND m.state = 'due' AND m.next_attempt_at > kf.now() AND m.attempts = 0;
    RETURN kf.standing_of(t);
END
$$;
