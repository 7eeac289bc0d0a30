-- The token of a mail's link: the business, the mail's id and a signature for its use (report, confirm, confirm_here),
-- in hex.
CREATE OR REPLACE FUNCTION kf.mail_link_token(p_use text, p_tenant uuid, p_mail uuid) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_key text := (SELECT x.value FROM kf.meta x WHERE x.key = 'mail_key');
BEGIN
    RETURN replace(p_tenant::text || p_mail, '-', '')
        || left(encode(sha256(convert_to(concat_ws('/', v_key, p_use, p_tenant, p_mail, v_key), 'UTF8')), 'hex'), 32);
END
$$;

-- The token of the link to report it.
CREATE OR REPLACE FUNCTION kf.mail_report_token(p_tenant uuid, p_mail uuid) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN kf.mail_link_token('report', p_tenant, p_mail);
END
$$;

-- The mail of such a token, for a role that sees the mails of all businesses; all null if the signature is invalid or
-- the mail is gone.
CREATE OR REPLACE FUNCTION kf.mail_of_link(p_use text, p_token text) RETURNS kf.mail
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    m kf.mail;
BEGIN
    IF p_token !~ '^[0-9a-f]{96}$' THEN
        RETURN m;
    END IF;
    SELECT x.* INTO m FROM kf.mail x
    WHERE x.tenant_id = left(p_token, 32)::uuid AND x.mail_id = substr(p_token, 33, 32)::uuid
      AND kf.mail_link_token(p_use, x.tenant_id, x.mail_id) = p_token;
    RETURN m;
END
$$;

-- The mail of such a link: {business, language, reported (from this network)}. No row if the signature is invalid or
-- the mail is gone. p_report: records that its reader had not asked for it. p_network: a keyed hash of the reader's
-- network; null: unknown. A mail is reported once from each network, so that nobody else's report takes the reader's
-- away. The day counts the mail.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.mail_report(p_token text, p_report boolean, p_network bigint)
RETURNS TABLE (tenant_id uuid, doc jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_network bigint := coalesce(p_network, 0);
    v_before boolean;
    m kf.mail := kf.mail_of_link('report', p_token);
BEGIN
    IF m.mail_id IS NULL THEN
        RETURN;
    END IF;
    IF p_report THEN
        v_before := EXISTS (SELECT FROM kf.mail_report r WHERE r.tenant_id = m.tenant_id AND r.mail_id = m.mail_id);
        INSERT INTO kf.mail_report (tenant_id, mail_id, subject, kind, network, reported_at)
        VALUES (m.tenant_id, m.mail_id, kf.mail_subject(m.to_address), m.kind, v_network, v_now)
        ON CONFLICT ON CONSTRAINT mail_report_pkey DO NOTHING;
        IF FOUND THEN
            INSERT INTO kf.mail_day AS d (tenant_id, day, reports)
            VALUES (m.tenant_id, (v_now AT TIME ZONE 'UTC')::date, (NOT v_before)::int)
            ON CONFLICT ON CONSTRAINT mail_day_pkey DO UPDATE SET reports = d.reports + EXCLUDED.reports;
            PERFORM kf.mail_stop(m.tenant_id);
        END IF;
    END IF;
    RETURN QUERY
    SELECT m.tenant_id, jsonb_build_object('business', t.name, 'language', m.language, 'reported',
               EXISTS (SELECT FROM kf.mail_report r
                       WHERE r.tenant_id = m.tenant_id AND r.mail_id = m.mail_id AND r.network = v_network))
    FROM kf.tenant t WHERE t.tenant_id = m.tenant_id;
END
$$;

-- For servers of version 21, which do not give the network. To be removed when kf.meta 'serves' has passed 21.
CREATE OR REPLACE FUNCTION kf.mail_report(p_token text, p_report boolean) RETURNS TABLE (tenant_id uuid, doc jsonb)
LANGUAGE sql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
    SELECT * FROM kf.mail_report(p_token, p_report, NULL)
$$;
REVOKE ALL ON FUNCTION kf.mail_report(text, boolean, bigint), kf.mail_report(text, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.mail_report(text, boolean, bigint), kf.mail_report(text, boolean)
    TO konfirmado_app, konfirmado_owner;
RESET ROLE;

-- Stops the mails of a business to strangers until the operator resumes them, after too many bounces or reports in
-- seven days: for a business that is not trusted ten bounces and a tenth of all, or three reports; for a trusted one
-- fifty bounces and a tenth, or twenty reports and one in a hundred.
CREATE OR REPLACE FUNCTION kf.mail_stop(p_tenant uuid) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_trusted boolean;
    v_why text;
    s record;
    t kf.tenant;
BEGIN
    SELECT x.* INTO t FROM kf.tenant x WHERE x.tenant_id = p_tenant FOR NO KEY UPDATE;
    IF t.mail_stopped_at IS NOT NULL THEN
        RETURN;
    END IF;
    v_trusted := (kf.quota_of(t)->>'trusted')::boolean;
    SELECT coalesce(sum(d.mails), 0) AS mails, coalesce(sum(d.bounces), 0) AS bounces INTO s
    FROM kf.mail_day d
    WHERE d.tenant_id = p_tenant AND d.day > (greatest(kf.now() - interval '7 days', t.mail_resumed_at) AT TIME ZONE 'UTC')::date;
    v_why := CASE
        WHEN s.bounces >= CASE WHEN v_trusted THEN 50 ELSE 10 END AND s.bounces * 10 >= s.mails THEN 'bounces'
        WHEN kf.mail_reporters(t) >= CASE WHEN v_trusted THEN greatest(20, s.mails / 100) ELSE 3 END THEN 'reports' END;
    IF v_why IS NOT NULL THEN
        UPDATE kf.tenant x SET mail_stopped_at = kf.now(), mail_stopped_why = v_why WHERE x.tenant_id = p_tenant;
    END IF;
END
$$;

-- The number of people who reported mails of a business since the operator last resumed them, in seven days at most.
-- Reports from one network count as one, since anybody can have many email addresses. A report without a network counts
-- by its mail.
CREATE OR REPLACE FUNCTION kf.mail_reporters(t kf.tenant) RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT least(count(DISTINCT r.subject), count(DISTINCT coalesce(nullif(r.network, 0)::text, r.mail_id::text)))
            FROM kf.mail_report r
            WHERE r.tenant_id = t.tenant_id
              AND r.reported_at > greatest(kf.now() - interval '7 days', t.mail_resumed_at));
END
$$;
