-- The mail trouble of a business: how many mails have failed so far or wait for more than five minutes, since when and
-- why, and how many were given up in seven days. held: how many of them wait because a daily quota is used up
-- (kf.mail_pass); most, recipients: the daily quotas of mails and new addresses (null: no limit); until: when they
-- start anew; stopped: why the operator must act ("bounces", "reports"), or null; plain: its own texts are left out of
-- mails.
CREATE OR REPLACE FUNCTION kf.mail_trouble(p_tenant uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_zone text := kf.tenant_zone(p_tenant);
    v_now timestamptz := kf.now();
    v_quota jsonb;
    t kf.tenant;
BEGIN
    SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = p_tenant;
    v_quota := kf.quota_of(t);
    RETURN (
        SELECT jsonb_build_object(
            'waiting', count(*) FILTER (WHERE q.state <> 'dead'),
            'oldest', kf.iso_local(min(q.created_at) FILTER (WHERE q.state <> 'dead'), v_zone),
            'last_error', (array_agg(q.last_error ORDER BY q.created_at DESC, q.mail_id DESC)
                           FILTER (WHERE q.last_error IS NOT NULL))[1],
            'dead', count(*) FILTER (WHERE q.state = 'dead'),
            'held', count(*) FILTER (WHERE q.state = 'due' AND q.last_error IN ('it waits: quota', 'it waits: recipients')),
            'most', v_quota->'mails', 'recipients', v_quota->'recipients',
            'until', kf.iso_local(kf.quota_day() + interval '1 day', v_zone), 'stopped', t.mail_stopped_why,
            'plain', NOT (v_quota->>'trusted')::boolean)
        FROM (SELECT m.* FROM kf.mail m
              WHERE m.tenant_id = p_tenant AND m.state IN ('due', 'sending') AND coalesce(m.useful_until > v_now, true)
                AND (m.attempts > 0 OR m.last_error IS NOT NULL OR m.created_at < v_now - interval '5 minutes')
              UNION ALL
              SELECT m.* FROM kf.mail m
              WHERE m.tenant_id = p_tenant AND m.state = 'dead' AND m.created_at > v_now - interval '7 days') q
        WHERE q.kind <> 'channel_test');
END
$$;
