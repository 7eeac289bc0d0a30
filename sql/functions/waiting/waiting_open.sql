-- Has the operator a server for mails? Workers know: none, while each that gave a sign in the last minute
-- (kf.worker_seen) says that it has none. Servers that do no background work need not have one.
CREATE OR REPLACE FUNCTION kf.operator_mails() RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT coalesce(bool_or((v.sign->>'mail') IS DISTINCT FROM 'false'), true)
            FROM kf.meta m, LATERAL (SELECT m.value::jsonb) AS v(sign)
            WHERE m.key LIKE 'worker/%' AND (v.sign->>'at')::numeric > extract(epoch FROM clock_timestamp()) - 60);
END
$$;

-- Does a business have a waiting list? Where the mail that offers a time is off, or goes nowhere, nobody is asked to
-- wait for it. Not in plain SQL, as a call with a row is planned anew each time then.
CREATE OR REPLACE FUNCTION kf.waiting_open(t kf.tenant) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN kf.mail_wanted(t.mails, 'waiting_offer')
       AND (EXISTS (SELECT FROM kf.mail_channel c WHERE c.tenant_id = t.tenant_id AND c.active) OR kf.operator_mails());
END
$$;
