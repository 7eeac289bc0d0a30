-- Confirms a place by a link of one of its mails; from now on it takes turns. Repeating has no effect. Refusals: KF416
-- (unknown token, or the place was left or is over, or its day has passed), KF409 (day: too many wait for it by now;
-- email: this address waits for ten other days).
CREATE OR REPLACE FUNCTION kf.waiting_confirm(p_tenant uuid, p_hash bytea) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant text := set_config('kf.tenant', p_tenant::text, true);
    v_now timestamptz := kf.now();
    t kf.tenant;
    w kf.waiting;
BEGIN
    SELECT x.* INTO w FROM kf.waiting x
    WHERE x.tenant_id = p_tenant AND x.waiting_id = (SELECT y.waiting_id FROM kf.waiting_of(p_hash) y) FOR UPDATE;
    SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = p_tenant;
    w.customer_zone := kf.zone_or(w.customer_zone, t.time_zone);
    IF w.state IN ('waiting', 'offered') THEN
        RETURN;
    ELSIF w.state IS DISTINCT FROM 'unverified' OR w.created_at <= v_now - kf.kept_for('unverified')
          OR kf.zone_day_start(w.customer_zone, w.day + 1) <= v_now THEN
        PERFORM kf.refuse('KF416', 'The token does not give the right to this');
    ELSIF kf.waiting_crowded(p_tenant, w.day) THEN
        PERFORM kf.refuse('KF409', 'The waiting list of this day is full', 'day');
    ELSIF kf.waiting_enough(w, t.time_zone) THEN
        PERFORM kf.refuse('KF409', 'This address is already on the waiting lists of ten days', 'email');
    END IF;
    UPDATE kf.waiting x SET state = 'waiting', created_at = v_now
    WHERE x.tenant_id = p_tenant AND x.waiting_id = w.waiting_id
    RETURNING x.* INTO w;
    w.customer_zone := kf.zone_or(w.customer_zone, t.time_zone);
    PERFORM kf.waiting_mail(t, w, 'waiting_joined', kf.zone_day_start(w.customer_zone, w.day + 1), NULL);
END
$$;
