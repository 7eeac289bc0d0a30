-- The figures of the last {days: 7, 30, 90} and of as many days before. null: no such tenant.
CREATE OR REPLACE FUNCTION kf.figures_read(p_tenant uuid, p jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_days int := coalesce(kf.doc_int(p, 'days', 7, 90, false), 30);
    t kf.tenant;
    v_to date;
    v_from date;
BEGIN
    PERFORM kf.doc_members(p, ARRAY['days']);
    IF v_days NOT IN (7, 30, 90) THEN
        PERFORM kf.refuse_field('This must be 7, 30 or 90', 'days', 'not_one_of');
    END IF;
    SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = p_tenant;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    v_to := (kf.now() AT TIME ZONE t.time_zone)::date;
    v_from := v_to - v_days + 1;
    RETURN jsonb_build_object(
        'days', v_days, 'from', v_from, 'to', v_to, 'timezone', t.time_zone, 'currency', t.currency,
        'current', kf.figures_period(p_tenant, t.time_zone, t.currency, v_from, v_to),
        'previous', kf.figures_period(p_tenant, t.time_zone, t.currency, v_from - v_days, v_from - 1),
        'daily', kf.figures_daily(p_tenant, t.time_zone, t.currency, v_from, v_to),
        'previous_daily', kf.figures_daily(p_tenant, t.time_zone, t.currency, v_from - v_days, v_from - 1),
        'callback_health', jsonb_build_object(
            'waiting', (SELECT count(*) FROM kf.outbox o
                        WHERE o.tenant_id = p_tenant AND o.state IN ('due', 'sending')),
            'dead', (SELECT count(*) FROM kf.outbox o WHERE o.tenant_id = p_tenant AND o.state = 'dead'),
            'disabled_at', kf.iso_local(t.callback_disabled_at, t.time_zone)));
END
$$;
