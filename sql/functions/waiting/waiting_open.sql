-- Whether the operator has a mail server, as known from the workers: false if all workers with a sign of life in the
-- last minute (kf.worker_seen) report none. Servers without background work need no mail server.
CREATE OR REPLACE FUNCTION kf.operator_mails() RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT coalesce(bool_or((v.sign->>'mail') IS DISTINCT FROM 'false'), true)
            FROM kf.meta m, LATERAL (SELECT m.value::jsonb) AS v(sign)
            WHERE m.key LIKE 'worker/%' AND (v.sign->>'at')::numeric > extract(epoch FROM clock_timestamp()) - 60);
END
$$;

-- Whether a business has a waiting list. Without the mail that offers a time, or a server to send it, it has none. Not
-- in plain SQL, because a call with a row would be planned anew each time.
CREATE OR REPLACE FUNCTION kf.waiting_open(t kf.tenant) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN kf.mail_wanted(t.mails, 'waiting_offer')
       AND (EXISTS (SELECT FROM kf.mail_channel c WHERE c.tenant_id = t.tenant_id AND c.active) OR kf.operator_mails());
END
$$;
