"""konfirmadoctl migrate beside other users of the database, and its interruption."""
import json
import re
import subprocess
import time

import pytest

from conftest import NEWEST, SQL, add, tool

TENANTS = ("SELECT string_agg(c.oid::regclass::text, ', ') FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
           " WHERE c.relnamespace = 'kf'::regnamespace AND c.relkind = 'r' AND a.attname = 'tenant_id'")


def wait_until(what, seconds=30):
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, what
        time.sleep(0.05)


class Session:
    """A session with a transaction open."""

    def __init__(self, ctl, text):
        self.process = subprocess.Popen(
            [tool("psql"), "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-h", str(ctl.cluster.home), "-U", "postgres",
             "-d", ctl.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.process.stdin.write("BEGIN; %s;\n\\echo there\n" % text)
        self.process.stdin.flush()
        said = ""
        while "there" not in said:
            line = self.process.stdout.readline()
            assert line, said
            said += line

    def end(self):
        self.process.communicate("ROLLBACK;\n", timeout=30)


class Runner:
    """migrate in the background."""

    def __init__(self, ctl, folder, *words):
        self.ctl = ctl
        self.process = subprocess.Popen(**ctl.command("migrate", "--sql-dir", folder, *words, role="owner"), text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def until(self, pattern):
        said = ""
        while not re.search(pattern, said):
            line = self.process.stdout.readline()
            assert line, said
            said += line
        return said

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def end(self):
        said = self.process.communicate(timeout=60)[0]
        assert self.process.returncode == 0, said
        return said


@pytest.fixture
def new(cluster, migrated, tmp_path):
    """A database with the schema of this tree."""
    return type(migrated)(cluster, cluster.database(migrated.database), tmp_path / "keys")


def change(folder):
    (folder / "functions" / "zzz_mine.sql").write_text(
        "CREATE OR REPLACE FUNCTION kf.mine() RETURNS int LANGUAGE sql AS 'SELECT 1';", encoding="utf-8")


def test_what_is_alike_is_not_locked(new, folder):
    """Writers use every table of tenants meanwhile: policies, triggers and rights stay in force."""
    change(folder)
    busy = Session(new, "LOCK TABLE %s IN ROW EXCLUSIVE MODE" % new.one(TENANTS))
    assert new.migrate("--wait", "0", sql=folder)["functions"]
    busy.end()
    assert new.one("SELECT kf.mine()") == "1"


def test_what_differs_is_put_right(new, folder):
    new.sql("DROP POLICY tenant ON kf.booking; CREATE POLICY tenant ON kf.booking USING (true);"
            "ALTER POLICY directory ON kf.mail TO PUBLIC; ALTER TABLE kf.claim NO FORCE ROW LEVEL SECURITY;"
            "CREATE OR REPLACE TRIGGER audit AFTER INSERT ON kf.service FOR EACH ROW EXECUTE FUNCTION"
            " kf.audit_row('service', 'service_id', 'name')")
    change(folder)
    new.migrate(sql=folder)
    found = new.sql("SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polname = 'tenant'")
    assert len(found) > 20 and all(one == found[0] and "kf.tenant" in one[0] for one in found)
    assert new.one("SELECT polroles::regrole[] FROM pg_policy WHERE polname = 'directory' AND polrelid = 'kf.mail'::regclass"
                   ) == "{konfirmado_directory}"
    assert new.one("SELECT relforcerowsecurity FROM pg_class WHERE oid = 'kf.claim'::regclass") == "t"
    assert "UPDATE" in new.one("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'audit'"
                               " AND tgrelid = 'kf.service'::regclass")


HEAVY = "ALTER TABLE kf.booking ADD COLUMN more int; ALTER TABLE kf.tenant ADD COLUMN more int;"


TRIGGER = """CREATE OR REPLACE FUNCTION kf.mine() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
SELECT kf.trigger_put('CREATE TRIGGER mine AFTER UPDATE ON kf.service FOR EACH ROW EXECUTE FUNCTION kf.mine()');"""


def test_writers_wait_for_no_other_file(new, folder):
    """A trigger locks its table until the commit, so its file comes after those that lock nothing."""
    (folder / "functions" / "aaa_mine.sql").write_text(TRIGGER, encoding="utf-8")
    (folder / "functions" / "zzz_slow.sql").write_text("SELECT pg_sleep(2);", encoding="utf-8")
    runner = Runner(new, folder)
    wait_until(lambda: new.one("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                               " AND wait_event = 'PgSleep'") == "1")
    new.sql("SET lock_timeout = '500ms'; BEGIN; LOCK TABLE kf.service IN ROW EXCLUSIVE MODE; COMMIT;")
    runner.end()
    assert new.one("SELECT count(*) FROM pg_trigger WHERE tgname = 'mine'") == "1"


def test_the_end_of_a_dump_is_not_slept_through(new, folder):
    """The next attempt may begin before the pause is over."""
    add(folder, NEWEST + 1, HEAVY)
    dump = Session(new, "LOCK TABLE kf.tenant IN ACCESS SHARE MODE")
    runner = Runner(new, folder)
    runner.until("trying again in 8 s")
    time.sleep(1.5)  # a request would have ended by now
    dump.end()
    begin = time.monotonic()
    runner.until("applying")
    assert time.monotonic() - begin < 4
    runner.end()


def test_nobody_queues_behind_it(new, folder):
    """A dump reads: the runner releases its locks and retries; others read and write meanwhile."""
    add(folder, NEWEST + 1, HEAVY)
    dump = Session(new, "SET application_name = 'dump'; LOCK TABLE kf.tenant IN ACCESS SHARE MODE")
    (_, detail), = new.refused("migrate", "--sql-dir", folder, "--wait", "0", role="owner")
    assert detail.startswith("kf.tenant (process ") and "dump" in detail and "--wait" in detail
    assert new.one("SELECT count(*) FROM pg_attribute WHERE attname = 'more'") == "0"
    runner = Runner(new, folder)
    said = runner.until("trying again")
    assert re.search(r"kf\.tenant \(process \d+, dump\) is in use: trying again in 1 s", said), said
    # longer than any of its attempts: other sessions get in between
    new.sql("SET lock_timeout = '2s'; BEGIN; LOCK TABLE kf.booking, kf.tenant IN ROW EXCLUSIVE MODE; COMMIT;" * 2)
    dump.end()
    runner.end()
    assert new.one("SELECT count(*) FROM pg_attribute WHERE attname = 'more'") == "2"


def test_killed_in_a_transaction(new, folder):
    new.sql("CREATE TABLE public.slow AS SELECT 1; GRANT SELECT ON public.slow TO PUBLIC")
    add(folder, NEWEST + 1, HEAVY + "SELECT pg_sleep(600) FROM public.slow;")
    runner = Runner(new, folder)
    running = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(600)%' AND wait_event = 'PgSleep'"
    wait_until(lambda: new.one(running) == "1")
    runner.kill()
    wait_until(lambda: new.one(running) == "0")
    assert new.one("SELECT count(*) FROM pg_attribute WHERE attname = 'more'") == "0"
    new.sql("TRUNCATE public.slow")
    assert new.migrate(sql=folder)["from"] == NEWEST
    assert new.one("SELECT count(*) FROM pg_attribute WHERE attname = 'more'") == "2"


STEPS = """-- outside a transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS zone_name_more ON kf.zone_name (lower(name));
-- until no row
UPDATE kf.zone_name SET seen = true
WHERE name IN (SELECT name FROM kf.zone_name WHERE seen IS NULL LIMIT 100);
"""


def test_killed_outside_a_transaction(new, folder):
    """An unfinished index is recreated, and runners queue without blocking it."""
    add(folder, NEWEST + 1, "ALTER TABLE kf.zone_name ADD COLUMN seen boolean;")
    add(folder, NEWEST + 2, STEPS)
    old = Session(new, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1")
    left = "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('kf.zone_name_more') AND NOT indisvalid"
    building = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CREATE INDEX C%'"
    runner = Runner(new, folder)
    wait_until(lambda: new.one(left) == "1")
    runner.kill()
    wait_until(lambda: new.one(building) == "0")
    assert new.one(left) == "1" and new.one("SELECT max(version) FROM kf.migration") == str(NEWEST + 1)
    runner = Runner(new, folder)
    wait_until(lambda: new.one(building) != "0")
    other = Runner(new, folder)
    other.until("waiting for another migration")
    old.end()
    assert "1 of 2" in runner.end() and "Nothing to do" in other.end()
    assert new.one(left) == "0" and new.one("SELECT to_regclass('kf.zone_name_more') IS NOT NULL") == "t"
    assert new.one("SELECT bool_and(seen) FROM kf.zone_name") == "t"
    assert new.one("SELECT max(version) FROM kf.migration") == str(NEWEST + 2)


def test_the_plan_names_locks(new, folder):
    add(folder, NEWEST + 1, "-- ALTER TABLE kf.service\nALTER TABLE kf.booking ADD COLUMN more text DEFAULT 'UPDATE kf.staff';"
        "UPDATE ONLY kf.mail SET kind = kind; CREATE TABLE kf.more (n uuid REFERENCES kf.tenant);"
        "DROP INDEX kf.booking_unmarked; CREATE INDEX ON kf.claim (claim_id)")
    add(folder, NEWEST + 2, STEPS)
    change(folder)
    new.sql("ANALYZE kf.zone_name")
    done = new.migrate("--plan", sql=folder)
    assert done["dry_run"] and done["files"].count("functions/zzz_mine.sql") == 1
    first, second = done["steps"]
    assert [(one["table"], one["mode"]) for one in first["locks"]] == [
        ("kf.booking", "ACCESS EXCLUSIVE"), ("kf.booking_unmarked", "ACCESS EXCLUSIVE"), ("kf.claim", "SHARE"),
        ("kf.mail", "ROW EXCLUSIVE"), ("kf.tenant", "SHARE ROW EXCLUSIVE")]
    assert (first["outside_transaction"], second["outside_transaction"]) == (False, True)
    (lock,) = second["locks"]
    assert (lock["table"], lock["mode"]) == ("kf.zone_name", "SHARE UPDATE EXCLUSIVE")
    assert lock["rows"] > 300 and lock["bytes"] >= 8192
    said = new.run("migrate", "--plan", "--sql-dir", folder, role="owner").stdout
    assert "SHARE ROW EXCLUSIVE on kf.tenant: about 0 rows" in said and "outside a transaction" in said
    assert new.one("SELECT max(version) FROM kf.migration") == str(NEWEST)
    # The plan names exactly the locks that are taken.
    (folder / "migrations" / ("%04d_more.sql" % (NEWEST + 2))).unlink()
    add(folder, NEWEST + 1, (folder / "migrations" / ("%04d_more.sql" % (NEWEST + 1))).read_text(encoding="utf-8")
        + "; CREATE TABLE public.taken AS SELECT relation::regclass::text AS relation, mode FROM pg_locks"
        " WHERE pid = pg_backend_pid() AND relation < 4000000000")
    new.sql("GRANT CREATE ON SCHEMA public TO PUBLIC")
    new.migrate(sql=folder)
    heavy = new.sql("SELECT DISTINCT relation FROM public.taken t WHERE mode IN ('AccessExclusiveLock',"
                    " 'ShareRowExclusiveLock', 'ShareLock') AND relation = ANY ('{booking,claim,mail,service,staff,tenant}')"
                    " ORDER BY 1")
    assert heavy == [["booking"], ["claim"], ["tenant"]]


def test_a_range_of_releases(new, folder):
    """A newer database lists the versions that it supports."""
    add(folder, NEWEST + 1, "SELECT 1;")
    new.migrate(sql=folder)

    def look():
        done = json.loads(new.run("--json", "check", "--sql-dir", SQL, status=None).stdout)
        return {one["check"]: (one["result"], one["detail"]) for one in done["checks"]}
    found = look()
    assert found["schema"] == ("ok", "Version %d, which serves servers from 7 on; this program is for %d." % (
        NEWEST + 1, NEWEST))
    assert found["migrations"][0] == "ok"
    new.sql("UPDATE kf.meta SET value = '%d' WHERE key = 'serves'" % (NEWEST + 1))
    result, detail = look()["schema"]
    assert result == "fail" and detail.endswith("newer than this module and no longer serves it: update the module.")
    new.sql("DELETE FROM kf.migration WHERE version >= %d; DELETE FROM kf.meta WHERE key = 'serves'" % NEWEST)
    result, detail = look()["schema"]
    assert result == "fail" and detail.endswith("older than this module: run konfirmadoctl migrate.")


def test_what_served_releases_call(new):
    """Every statement of the old release is valid, and has its former columns."""
    oldest = int(new.one("SELECT value FROM kf.meta WHERE key = 'serves'"))
    folder = SQL.parent / "tests/sql/served"
    releases = sorted(int(path.stem) for path in folder.glob("*.sql"))
    assert releases and releases[0] <= oldest < NEWEST
    for release in [one for one in releases if one >= oldest]:
        text = (folder / ("%d.sql" % release)).read_text(encoding="utf-8")
        assert text.count("\\gdesc") > 150
        done = subprocess.run([tool("psql"), "-X", "-q", "-At", "-h", str(new.cluster.home), "-U", "konfirmado_app", "-d",
                               new.database, "-f", "-"], input=text, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        assert done.stdout == (folder / ("%d.out" % release)).read_text(encoding="utf-8")


def test_what_was_given_up_is_sent_again(aurora):
    aurora.sql("INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, language, state, next_attempt_at, created_at)"
               " SELECT '%s', gen_random_uuid(), 'password_changed', 'a@example.test', 'es', 'dead', kf.now(),"
               " kf.now() - n * interval '3 days' FROM generate_series(0, 3) n" % aurora.tenant["tenant_id"])
    assert aurora("mails", "resend", "--dead", "--days", "1")["mails"] == 1
    assert aurora("mails", "resend", "aurora", "--dead")["mails"] == 2
    assert aurora.run("mails", "resend", "--dead", "--days", "30").stdout == "1 mails will be resent.\n"
    assert [one["state"] for one in aurora("mails", "list", "aurora")] == ["due"] * 4
    for words in (["aurora"], [], ["aurora", "x", "--dead"]):
        aurora.run("mails", "resend", *words, status=2)
    assert aurora.refused("mails", "resend", "--dead", "--days", "0")[0][0] == "--days"


OLD_HEALTH = """CREATE OR REPLACE FUNCTION kf.health() RETURNS TABLE (schema_version int, now timestamptz, test_clock boolean)
LANGUAGE sql AS 'SELECT max(version), now(), false FROM kf.migration';"""
OLD_POLICIES = """DO $$ DECLARE y record; BEGIN
    FOR y IN SELECT polname, polrelid::regclass AS t FROM pg_policy
             WHERE polname IN ('backup', 'over') OR (polname = 'directory' AND polrelid = 'kf.callback_attempt'::regclass)
    LOOP EXECUTE format('DROP POLICY %I ON %s', y.polname, y.t); END LOOP; END $$"""


def test_from_7(empty, folder):
    """The old servers check their own number, also between the transactions; and a step that locks whole tables does
    nothing else."""
    later = {path: path.read_text(encoding="utf-8") for path in sorted((folder / "migrations").glob("*.sql"))[7:]}
    health = folder / "functions" / "operator" / "health.sql"
    new_health = health.read_text(encoding="utf-8")
    # the policies of that release: without later tables and columns
    made = "|".join(re.findall(r"CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?kf\.(\w+)", "".join(later.values())))
    added = "|".join(re.findall(r"ADD COLUMN (?:IF NOT EXISTS )?(\w+)", "".join(later.values())))
    foreign = re.compile(r",?\s*'(%s)'|^(?:GRANT|REVOKE) [^;]*(?:\bkf\.(?:%s)\b|\([^)]*\b(?:%s)\b)[^;]*;\n" % (made, made, added), re.M)
    new_texts = {path: path.read_text(encoding="utf-8") for path in (folder / "policies").glob("*.sql")}
    for path, text in new_texts.items():
        path.write_text(foreign.sub("", text), encoding="utf-8")
    # nor did functions depend on later types, or SQL-language bodies
    for path in (folder / "functions").rglob("*.sql"):
        text = path.read_text(encoding="utf-8")
        # (queues.sql names tables without a schema)
        if path.name == "queues.sql" or re.search(r"\bkf\.(%s)\b|\.(%s)\b" % (made, added), text):
            new_texts[path] = text
            path.write_text("SELECT 1;", encoding="utf-8")
    for path in later:
        path.unlink()
    health.write_text(OLD_HEALTH, encoding="utf-8")
    empty.migrate(sql=folder)
    empty.sql(OLD_POLICIES)
    assert empty.one("SELECT schema_version FROM kf.health()") == "7"
    health.write_text(new_health, encoding="utf-8")
    for path, text in new_texts.items():
        path.write_text(text, encoding="utf-8")
    for number, (path, text) in enumerate(later.items()):
        path.write_text("-- outside a transaction\nSELECT 1 / 0;" if number == 1 else text, encoding="utf-8")
    first = empty.migrate("--plan", sql=folder)["steps"][0]
    heavy = {one["table"] for one in first["locks"] if one["mode"] == "ACCESS EXCLUSIVE"}
    assert {"kf.booking", "kf.claim", "kf.mail", "kf.tenant"} <= heavy
    empty.refused("migrate", "--sql-dir", folder, role="owner")
    assert empty.one("SELECT max(version) FROM kf.migration") == "8"
    assert empty.one("SELECT schema_version FROM kf.health()") == "7"
    # (the one for claims is a separate statement of a later migration, and later tables have their own)
    policies = ("SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_policy WHERE (polname <> 'over'"
                " OR polrelid <> 'kf.claim'::regclass) AND polrelid::regclass::text !~ '^kf\\.(%s)$'" % made)
    before = empty.one(policies)
    for path, text in later.items():
        path.write_text(text, encoding="utf-8")
    empty.migrate(sql=folder)
    assert empty.one("SELECT schema_version FROM kf.health()") == "7"
    assert empty.one(policies) == before
