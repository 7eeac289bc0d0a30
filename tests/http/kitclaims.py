"""The guard against overlapping claims: what it excludes, and an installation without it."""
OVERLAPS = """
    SELECT count(*) FROM kf.claim a JOIN kf.claim b
        ON a.tenant_id = b.tenant_id AND a.professional_id = b.professional_id AND a.claim_id < b.claim_id
       AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
    WHERE a.state IN ('held', 'pending', 'booked') AND b.state IN ('held', 'pending', 'booked')
      AND (a.expires_at IS NULL OR a.expires_at > kf.now()) AND (b.expires_at IS NULL OR b.expires_at > kf.now())
      AND a.tenant_id = '%s'"""


def _check_then_insert(definition):
    """kf.claim_put as it would be without the constraint: look first, then write."""
    head = definition[:definition.index("BEGIN\n") + len("BEGIN\n")]
    return head + """    IF kf.claim_taken(c, v_now) THEN
        RETURN false;
    END IF;
    INSERT INTO kf.claim SELECT c.*;
    RETURN true;
END
$function$"""


def without_guard(demo):
    """Drops the constraint, and has claims written without it."""
    demo.run("ALTER TABLE kf.claim DROP CONSTRAINT claim_no_overlap")
    demo.run(_check_then_insert(demo.run("SELECT pg_get_functiondef('kf.claim_put'::regproc)")))
