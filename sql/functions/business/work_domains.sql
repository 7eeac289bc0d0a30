-- Leases due domains and returns them. A domain is queried once, however many businesses claim it.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.work_domains(p_limit int, p_lease_s int) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY SELECT DISTINCT d.domain FROM kf.lease_domains(p_limit, p_lease_s) d;
END
$$;

-- The time of the next check of a claim: soon after it was made, then less and less often, for thirty days. A working
-- domain is checked every day, one without its record every hour.
CREATE OR REPLACE FUNCTION kf.domain_next(p_state text, p_asked_at timestamptz, p_now timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE
AS $$
    SELECT p_now + CASE
        WHEN p_state = 'proven' THEN interval '1 day'
        WHEN p_state = 'missing' THEN interval '1 hour'
        WHEN p_now < p_asked_at + interval '30 days'
            THEN greatest(interval '1 minute', least((p_now - p_asked_at) / 2, interval '1 day')) END
$$;

-- Stores the answer for a domain's record. p_values: all values of the record; null: no answer came, so nothing is
-- known. Decides all claims of the domain at once. The proven owner keeps it while its record exists and for seven days
-- after. But if only another claimant has a record, the domain passes at once, because the owner of the zone has
-- decided so.
CREATE OR REPLACE FUNCTION kf.domain_told(p_domain text, p_values text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := kf.now();
    v_owner uuid;
    v_heir uuid;
BEGIN
    PERFORM FROM kf.tenant_domain d WHERE d.domain = p_domain ORDER BY d.tenant_id FOR UPDATE;
    IF p_values IS NULL THEN
        UPDATE kf.tenant_domain d
        SET checked_at = v_now, answer = 'failed', lease_until = NULL,
            next_check_at = kf.domain_next(CASE WHEN d.state = 'proven' THEN 'missing' ELSE d.state END, d.asked_at, v_now)
        WHERE d.domain = p_domain;
        RETURN;
    END IF;
    SELECT d.tenant_id INTO v_owner FROM kf.tenant_domain d
    WHERE d.domain = p_domain AND d.state IN ('proven', 'missing');
    IF NOT EXISTS (SELECT FROM kf.tenant_domain d WHERE d.tenant_id = v_owner AND d.token = ANY (p_values)) THEN
        SELECT d.tenant_id INTO v_heir FROM kf.tenant_domain d
        WHERE d.domain = p_domain AND d.token = ANY (p_values) ORDER BY d.claimed_at, d.tenant_id LIMIT 1;
        v_owner := kf.domain_pass(p_domain, v_owner, v_heir, v_now);
    END IF;
    UPDATE kf.tenant_domain d
    SET state = x.state, checked_at = v_now, lease_until = NULL,
        answer = CASE WHEN x.found THEN 'found' WHEN p_values = '{}' THEN 'none' ELSE 'other' END,
        proven_at = CASE WHEN x.state = 'proven' THEN coalesce(d.proven_at, v_now) WHEN x.state = 'missing' THEN d.proven_at END,
        missing_since = CASE WHEN x.state = 'missing' THEN coalesce(d.missing_since, v_now) END,
        asked_at = x.asked_at, next_check_at = kf.domain_next(x.state, x.asked_at, v_now)
    FROM (SELECT y.tenant_id, y.token = ANY (p_values) AS found,
                 CASE WHEN y.tenant_id = v_owner THEN CASE WHEN y.token = ANY (p_values) THEN 'proven' ELSE 'missing' END
                      WHEN y.token = ANY (p_values) THEN 'taken' ELSE 'pending' END AS state,
                 -- a domain that stopped working is checked like a new one
                 CASE WHEN y.state = 'missing' AND y.tenant_id IS DISTINCT FROM v_owner THEN v_now ELSE y.asked_at END AS asked_at
          FROM kf.tenant_domain y WHERE y.domain = p_domain) x
    WHERE d.tenant_id = x.tenant_id;
END
$$;

-- Decides who has a domain when the record of p_owner (or null) is gone and p_heir (or null) has one. Without an heir
-- the owner keeps it for the grace period (kf.domain_grace). Returns the business that has it; null: none.
CREATE OR REPLACE FUNCTION kf.domain_pass(p_domain text, p_owner uuid, p_heir uuid, p_now timestamptz) RETURNS uuid
LANGUAGE plpgsql
AS $$
BEGIN
    IF p_owner IS NOT NULL AND p_heir IS NULL AND coalesce((
           SELECT d.missing_since + kf.domain_grace() > p_now FROM kf.tenant_domain d WHERE d.tenant_id = p_owner), true) THEN
        RETURN p_owner;
    END IF;
    PERFORM kf.domain_set(p_owner, NULL);
    PERFORM kf.domain_set(p_heir, p_domain);
    RETURN p_heir;
END
$$;

CREATE OR REPLACE FUNCTION kf.domain_set(p_tenant uuid, p_domain text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_former text := coalesce(current_setting('kf.tenant', true), '');
BEGIN
    PERFORM set_config('kf.tenant', p_tenant::text, true) WHERE p_tenant IS NOT NULL;
    UPDATE kf.tenant t SET custom_domain = p_domain, version = t.version + 1 WHERE t.tenant_id = p_tenant;
    PERFORM set_config('kf.tenant', v_former, true);
END
$$;
REVOKE ALL ON FUNCTION kf.work_domains, kf.domain_next, kf.domain_told, kf.domain_pass, kf.domain_set FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.work_domains, kf.domain_told TO konfirmado_app, konfirmado_owner;
RESET ROLE;
