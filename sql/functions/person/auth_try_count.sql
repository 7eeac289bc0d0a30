-- Attempts to sign in, or to have a mail sent: at most 5 in 15 minutes for an account and 20 for a network address,
-- each identified by a keyed hash. An attempt is counted before it is judged, for all servers alike. A refused attempt
-- does not count, so the wait ends.

-- The seconds until p_subject may try again; 0: now.
SET ROLE konfirmado_directory;
CREATE OR REPLACE FUNCTION kf.auth_try_wait(p_subject bytea, p_limit int) RETURNS int
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN coalesce((
        SELECT greatest(1, ceil(extract(epoch FROM r.at + interval '15 minutes' - kf.now())))::int
        FROM (SELECT t.at, sum(t.n) OVER (ORDER BY t.at DESC) AS total FROM kf.auth_try t
              WHERE t.subject = p_subject AND t.at > kf.now() - interval '15 minutes') r
        WHERE r.total >= p_limit ORDER BY r.at DESC LIMIT 1), 0);
END
$$;

-- Locks both subjects for this transaction, always in the same order.
CREATE OR REPLACE FUNCTION kf.auth_try_lock(p_account bytea, p_address bytea) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    a bigint := hashtextextended('auth_try ' || encode(p_account, 'hex'), 0);
    b bigint := hashtextextended('auth_try ' || encode(p_address, 'hex'), 0);
BEGIN
    PERFORM pg_advisory_xact_lock(least(a, b));
    PERFORM pg_advisory_xact_lock(greatest(a, b));
END
$$;

-- Counts an attempt of an account from an address: 0, or the seconds to wait. Concurrent attempts are counted one after
-- the other, so the sixth is counted as the sixth.
CREATE OR REPLACE FUNCTION kf.auth_try_count(p_account bytea, p_address bytea) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_wait int;
BEGIN
    PERFORM kf.auth_try_lock(p_account, p_address);
    v_wait := greatest(kf.auth_try_wait(p_account, 5), kf.auth_try_wait(p_address, 20));
    IF v_wait > 0 THEN
        RETURN v_wait;
    END IF;
    DELETE FROM kf.auth_try t
    WHERE t.subject IN (p_account, p_address) AND t.at <= kf.now() - interval '15 minutes';
    INSERT INTO kf.auth_try AS t (subject, at, n) VALUES (p_account, kf.now(), 1), (p_address, kf.now(), 1)
    ON CONFLICT (subject, at) DO UPDATE SET n = t.n + 1;
    RETURN 0;
END
$$;

-- Takes one attempt back, because it was no failure. p_all: the account's attempts are deleted, because its owner
-- signed in. The other attempts of the address stay; otherwise an attacker could use an own account to try others
-- without limit.
CREATE OR REPLACE FUNCTION kf.auth_try_give_back(p_account bytea, p_address bytea, p_all boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
DECLARE
    v_subject bytea;
BEGIN
    PERFORM kf.auth_try_lock(p_account, p_address);
    IF p_all THEN
        DELETE FROM kf.auth_try t WHERE t.subject = p_account;
    END IF;
    FOREACH v_subject IN ARRAY ARRAY[p_account, p_address] LOOP
        DELETE FROM kf.auth_try t WHERE t.subject = v_subject AND t.n = 1
            AND t.at = (SELECT max(x.at) FROM kf.auth_try x WHERE x.subject = v_subject);
        IF NOT FOUND THEN
            UPDATE kf.auth_try t SET n = t.n - 1 WHERE t.subject = v_subject
                AND t.at = (SELECT max(x.at) FROM kf.auth_try x WHERE x.subject = v_subject);
        END IF;
    END LOOP;
END
$$;
-- Has no effect, but takes as long as writing a row: for an attempt at an unknown account, whose answer would come
-- sooner otherwise.
CREATE OR REPLACE FUNCTION kf.auth_try_touch(p_account bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kf, pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE kf.auth_try t SET n = t.n WHERE t.subject = p_account;
END
$$;
REVOKE ALL ON FUNCTION kf.auth_try_touch, kf.auth_try_wait, kf.auth_try_lock, kf.auth_try_count, kf.auth_try_give_back FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kf.auth_try_touch, kf.auth_try_count, kf.auth_try_give_back TO konfirmado_app, konfirmado_owner;
RESET ROLE;
