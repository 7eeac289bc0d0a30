"""A database is upgraded beside two servers of the previous release, without interruption."""
import os
import re
import shutil
import subprocess
import threading

import pytest

from kitaccount import Node
from kitdemo import TOP, Psql, build_dir, wait_until
from kithttp import Client
from kitshop import FREE, Shop, person

pytestmark = pytest.mark.plain  # the same code as everywhere, under time pressure
SQL = os.path.join(TOP, "sql")
UNLIMITED = ("KonfirmadoRateLimit hold off", "KonfirmadoRateLimit book off", "KonfirmadoRateLimit read off")

# A possible release: columns in the busiest tables, an index, rows to be filled, functions that are renamed and created
# again because their result is of another type, and a function that writes a mail which servers of this release cannot
# render.
EXPAND = """
ALTER TABLE kf.booking ADD COLUMN more int;
ALTER TABLE kf.mail ADD COLUMN more int;
CREATE TABLE kf.more (tenant_id uuid NOT NULL REFERENCES kf.tenant, n int, PRIMARY KEY (tenant_id, n));
"""
STEPS = """-- outside a transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS booking_more ON kf.booking (tenant_id, more);
SET ROLE konfirmado_directory;
-- until no row
UPDATE kf.booking SET more = 1
WHERE (tenant_id, booking_id) IN (SELECT tenant_id, booking_id FROM kf.booking WHERE more IS NULL LIMIT 5);
"""
LAST = "ALTER TABLE kf.booking_link ADD COLUMN more int;\n"
FILE = """
CREATE OR REPLACE FUNCTION kf.mail_of_tomorrow(p_tenant uuid) RETURNS void LANGUAGE sql AS $$
    INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, language, next_attempt_at, created_at)
    VALUES (p_tenant, gen_random_uuid(), 'of_tomorrow', 'zulmaqx@privado.example', 'es', kf.now(), kf.now())
$$;
"""


@pytest.fixture(scope="module")
def servers(demos, tmp_path_factory):
    """An installation of its own, and a second server with jobs over its database."""
    demo = demos.get("upgrade", UNLIMITED)
    folder = tmp_path_factory.mktemp("node")
    os.chmod(folder.parent, 0o755)
    node = Node(demo, str(folder), "KonfirmadoJobs On").start()
    yield demo, node
    node.stop()


@pytest.fixture
def release(tmp_path):
    """The next release."""
    folder = shutil.copytree(SQL, tmp_path / "sql")
    newest = len(list((folder / "migrations").glob("*.sql")))
    for number, text in enumerate((EXPAND, STEPS, LAST), newest + 1):
        (folder / "migrations" / ("%04d_more.sql" % number)).write_text(text, encoding="utf-8")
    for name in ("hold/hold_create", "booking/booking_start", "link/catalog_read"):
        with open(folder / "functions" / (name + ".sql"), "a", encoding="utf-8") as handle:
            handle.write("-- of another release\n")
    for path in (folder / "functions").rglob("*.sql"):
        text = path.read_text(encoding="utf-8")
        if "kf.checkout" in text:
            path.write_text(text.replace("kf.checkout", "kf.checkout_of_tomorrow"), encoding="utf-8")
    (folder / "functions" / "mail_of_tomorrow.sql").write_text(FILE, encoding="utf-8")
    return folder


class Load:
    """Customers of both servers, one booking after another, until told to stop."""

    def __init__(self, shop, bases):
        self.shop, self.failed, self.booked = shop, [], [0] * len(bases)
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.customer, args=(n, base)) for n, base in enumerate(bases)]
        for one in self.threads:
            one.start()

    def customer(self, n, base):
        client = Client(base)
        while not self.over.is_set() and not self.failed:
            with self.lock:
                start = self.shop.take_slot(FREE["name"])
            answers = [client.post("/api/holds", json=self.shop.hold_body(start, FREE["name"]))]
            if answers[0].status_code == 201:
                answers.append(client.post("/api/bookings", json=self.shop.booking_body(answers[0].json(), person())))
            answers.append(client.get("/health"))
            self.failed += ["%s %d %s" % (one.url, one.status_code, one.text) for one in answers
                            if one.status_code not in (200, 201)]
            self.booked[n] += 1

    def more(self, n=3):
        """Waits until each has made that many more bookings."""
        before = list(self.booked)
        wait_until(lambda: self.failed or all(now >= one + n for now, one in zip(self.booked, before)), 30)
        assert not self.failed, self.failed[:5]

    def end(self):
        self.over.set()
        for one in self.threads:
            one.join()
        assert not self.failed, self.failed[:5]


def migrate(demo, folder):
    return subprocess.Popen([os.path.join(build_dir(), "konfirmadoctl"), "migrate", "--sql-dir", folder],
                            env=demo.ctl_env("owner"), cwd="/", text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT)


def says(process, pattern):
    said = ""
    while not re.search(pattern, said):
        line = process.stdout.readline()
        assert line, said
        said += line
    return said


def test_nobody_notices(servers, release):
    demo, node = servers
    shop = Shop(demo)
    dump = Psql(demo.db.command)
    load = Load(shop, [shop.url, "http://%s.localhost:%d" % (shop.sub, node.port)] * 2)
    try:
        load.more()
        dump.run("BEGIN; LOCK TABLE kf.booking IN ACCESS SHARE MODE")
        runner = migrate(demo, release)
        says(runner, "kf.booking .*is in use: trying again in [0-9]+ s")
        load.more()
        dump.run("ROLLBACK")
        said = runner.communicate(timeout=120)[0]
        assert runner.returncode == 0 and "outside a transaction" in said, said
        demo.run("SELECT kf.mail_of_tomorrow('%s')" % shop.tenant)
        load.more()
    finally:
        load.over.set()
        dump.close()
    load.end()
    kinds = "SELECT kind, state, count(*)::int AS n FROM kf.mail WHERE tenant_id = '%s' GROUP BY 1, 2 ORDER BY 1, 2"
    booked = demo.one("SELECT count(*)::int FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant)
    assert booked == sum(load.booked)

    def all_sent():
        return {"kind": "booking_confirmed", "state": "sent", "n": booked} in demo.sql(kinds % shop.tenant)
    wait_until(all_sent, 60)
    # Neither lost nor given up: the new mail waits for a server that can render it.
    left = [one for one in demo.sql(kinds % shop.tenant) if one["state"] != "sent"]
    assert left == [{"kind": "of_tomorrow", "state": "due", "n": 1}]
    assert demo.one("SELECT attempts FROM kf.mail WHERE kind = 'of_tomorrow'") == 0
    # The former functions are still there for statements that are being planned.
    returning = "SELECT count(*)::int FROM pg_proc WHERE prorettype = 'kf.checkout%s'::regtype"
    assert demo.one(returning % "") == demo.one(returning % "_of_tomorrow") == 8
    # Existing rows are filled.
    assert demo.one("SELECT count(*)::int FROM kf.booking WHERE tenant_id = '%s' AND more = 1" % shop.tenant) >= 12
    demo.run("DELETE FROM kf.mail WHERE kind = 'of_tomorrow'")


def test_who_is_no_longer_served_says_so(servers, log):
    """Too old: 503 with a message, and its worker leaves all work to others."""
    log.expect("KF00465", "KF00466")
    demo, node = servers
    shop = Shop(demo, callback=False, payments=False)
    serves = demo.one("SELECT value FROM kf.meta WHERE key = 'serves'")
    demo.run("UPDATE kf.meta SET value = '9999' WHERE key = 'serves'")
    try:
        for base in (demo.about["base_url"], node.base):
            answer = Client(base).get("/health")
            assert answer.status_code == 503
            assert answer.json()["schema"] == "newer than this module and no longer serves it: update the module"

        def both_stopped():
            with open(demo.error_log, encoding="utf-8") as one, open(demo.httpd_out, encoding="utf-8") as other:
                return (one.read() + other.read()).count("KF00465") >= 2
        wait_until(both_stopped, 20)
        shop.book(service=FREE["name"])
        waiting = "SELECT count(*)::int FROM kf.mail WHERE tenant_id = '%s' AND state = '%s'"
        assert demo.one(waiting % (shop.tenant, "due")) > 0
    finally:
        demo.run("UPDATE kf.meta SET value = '%s' WHERE key = 'serves'" % serves)
    wait_until(lambda: demo.one(waiting % (shop.tenant, "sent")) > 0, 20)
    assert Client(node.base).get("/health").status_code == 200
