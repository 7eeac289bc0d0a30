"""Start: bad configuration is refused with a sentence, every process model takes a booking."""
import os
import signal
import subprocess
import time

import pytest

from kitdemo import TOP, Psql, Refused, wait_until
from kitshop import FREE, Shop

BAD = [
    ("KonfirmadoHoldTTL 10", "not a duration"), ("KonfirmadoHoldTTL 30s", "outside the range 1m to 60m"),
    ("KonfirmadoHoldTTL 2h", "outside the range"),
    ("KonfirmadoCallbackConcurrency many", "not a whole number"), ("KonfirmadoRateLimit hold 10", "not a rate"),
    ("KonfirmadoRateLimit everything 10/10s", "no class"), ("KonfirmadoRateLimitMemory 1G", "not a size"),
    ("KonfirmadoBaseURL book.example.com", "not an absolute URL"), ("KonfirmadoBaseURL http://localhost/path", "has a path"),
    ("KonfirmadoAssetsURL assets", "begins with a slash"), ("KonfirmadoCallbackTimeout 5m", "outside the range 1s to 60s"),
    ("KonfirmadoCallbackAllow 10.0.0.0/99", "KonfirmadoCallbackAllow"), ("KonfirmadoCallbackConcurrency 65", "1 to 64"),
    ("KonfirmadoCacheTTL 11m", "0s to 10m"), ("KonfirmadoDBWait 1ms", "100ms to 30s"), ("KonfirmadoDBConnections x", "not a whole number"),
    ("KonfirmadoWompiAPI ftp://x", "not an absolute URL"), ("KonfirmadoJobs Maybe", "must be On or Off"),
    ("KonfirmadoKeyFile /nowhere/keys", "cannot be read"), ("KonfirmadoTemplates /nowhere", "is not a folder"),
    ("KonfirmadoMessages /nowhere", "is not a folder"), ("KonfirmadoCommonPasswords /nowhere", "cannot be read"),
    ("KonfirmadoCommonPasswords /etc/hostname", "3000 are needed"), ("KonfirmadoProviderCAFile /nowhere.pem", "cannot be read"),
    ("KonfirmadoAllowInsecureHTTP Off", "https"),
]


def checked(demo, tmp_path, change):
    """apache2 -t on the demo's configuration with a change: (status, what it said)."""
    with open(demo.conf, encoding="utf-8") as handle:
        text = change(handle.read())
    path = tmp_path / "httpd.conf"
    path.write_text(text)
    done = subprocess.run(["/usr/sbin/apache2", "-t", "-f", str(path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, env=demo.check_env(), check=False)
    return done.returncode, done.stdout


def with_directive(text, directive):
    """In the place of the same name, or where it may stand."""
    name = directive.split()[0]
    lines = [line for line in text.splitlines() if line.split(maxsplit=1)[:1] != [name]]
    world = name in ("KonfirmadoRateLimitMemory", "KonfirmadoDBWait", "KonfirmadoDBConnections")
    at = next(n for n, line in enumerate(lines) if line.startswith("<VirtualHost")) + (0 if world else 1)
    lines.insert(at, directive)
    return "\n".join(lines) + "\n"


def test_the_demos_own_configuration_is_good(demo, tmp_path):
    status, said = checked(demo, tmp_path, lambda text: text)
    assert status == 0 and "Syntax OK" in said


@pytest.mark.parametrize("directive, sentence", BAD, ids=[one for one, _ in BAD])
def test_bad_values_are_refused_with_a_sentence(demo, tmp_path, directive, sentence):
    status, said = checked(demo, tmp_path, lambda text: with_directive(text, directive))
    assert status != 0 and sentence in said and directive.split()[0] in said, said


@pytest.mark.parametrize("missing, sentence", [
    ("KonfirmadoBaseURL", "KonfirmadoBaseURL is missing"), ("KonfirmadoKeyFile", "KonfirmadoKeyFile is missing"),
    ("LoadModule dbd_module", "needs mod_dbd")])
def test_what_is_needed_and_missing(demo, tmp_path, missing, sentence):
    def without(text):
        lines = [line for line in text.splitlines() if not line.strip().startswith(missing)]
        if "dbd" in missing:
            lines = [line for line in lines if not line.startswith("DBD")]
        return "\n".join(lines) + "\n"
    status, said = checked(demo, tmp_path, without)
    assert status != 0 and sentence in said, said


@pytest.mark.parametrize("content, mode", [("", 0o600), ("rubbish\n", 0o600), (None, 0o644), (None, 0o640)],
                         ids=["empty", "rubbish", "others may read", "group may read"])
def test_bad_key_files(demo, tmp_path, content, mode):
    if content is None:
        with open(os.path.join(demo.home, "keys", "konfirmado.keys"), encoding="ascii") as handle:
            content = handle.read()
    keys = tmp_path / "keys"
    keys.write_text(content)
    keys.chmod(mode)
    status, said = checked(demo, tmp_path, lambda text: with_directive(text, "KonfirmadoKeyFile %s" % keys))
    assert status != 0 and "KonfirmadoKeyFile" in said and "key" in said.split(":", 2)[2], said
    for line in content.split():
        assert len(line) < 20 or line not in said


def test_broken_template_and_catalogue(demo, tmp_path):
    for name, file, text in (("templates", "select.mustache", "{{#open}}"), ("i18n", "es.json", "{")):
        folder = tmp_path / name
        subprocess.run(["cp", "-r", os.path.join(demo.home, "htdocs", name), str(folder)], check=True)
        (folder / file).write_text(text)
        directive = {"templates": "KonfirmadoTemplates", "i18n": "KonfirmadoMessages"}[name]
        status, said = checked(demo, tmp_path, lambda conf, d=directive, f=folder: with_directive(conf, "%s %s" % (d, f)))
        assert status != 0 and directive in said and file.split(".")[0] in said, said


def test_nothing_of_tests_in_a_usual_database(demo):
    """The clock can be shifted only where the database was made for tests, and not afterwards."""
    assert demo.one("SELECT value FROM kf.meta WHERE key = 'test_clock'") == "true"
    demo.run("CREATE DATABASE usual OWNER konfirmado_owner TEMPLATE template0")
    owner = {"KONFIRMADO_DATABASE": demo.about["database_owner"].replace("dbname=konfirmado", "dbname=usual")}
    usual = Psql([word if word != "konfirmado" else "usual" for word in demo.db.command])
    try:
        demo.ctl("migrate", "--sql-dir", os.path.join(TOP, "sql"), env=owner)
        made = "SELECT count(*) FROM pg_proc WHERE proname IN ('clock_set', 'clock_shift')"
        assert usual.rows(made) == [{"count": 0}] and demo.one(made) == 2
        with pytest.raises(Refused):
            demo.ctl("migrate", "--sql-dir", os.path.join(TOP, "sql"), "--test-clock", env=owner)
        assert usual.rows(made) == [{"count": 0}]
        demo.ctl("migrate", "--sql-dir", os.path.join(TOP, "sql"), env=owner)
    finally:
        usual.close()
        demo.run("DROP DATABASE usual WITH (FORCE)")


def what_is_in_flight_arrives(shop):
    """A child that ends brings a message under way to its end: nobody waits for a lease, nothing is sent twice."""
    before = len(shop.inbox())
    shop.merchant(slow_s=0.6)
    for signum in [signal.SIGUSR1, signal.SIGHUP] * 3:
        under_way = shop.book(service=FREE["name"])
        time.sleep(0.35)  # on its way for 0.2 s to 0.3 s
        os.kill(shop.demo.httpd_pid(), signum)
        under_way.wait("confirmed", seconds=10)
    assert len(shop.inbox()) == before + 6


def what_was_counted_is_kept(shop):
    """Steps of customers are written every few seconds, and when a child ends."""
    counted = "SELECT coalesce(sum(n), 0)::int FROM kf.funnel_event WHERE tenant_id = '%s'" % shop.tenant
    page = "/book/%s/availability?service=%s&professional=any" % (shop.link, shop.service_id(FREE["name"]))
    before = shop.demo.one(counted)
    for n in range(1, 5):
        assert shop.client().get(page).status_code == 200
        shop.demo.graceful()
        wait_until(lambda n=n: shop.demo.one(counted) >= before + n, 10)
        time.sleep(0.5)


@pytest.mark.slow
# Without threads a child ends inside a signal handler, where nothing is freed any more; with them it is the same
# code as everywhere.
@pytest.mark.plain
@pytest.mark.parametrize("mpm", ["worker", "prefork"])
def test_other_process_models(demos, mpm):
    demo = demos.get(mpm, mpm=mpm)
    shop = Shop(demo)
    booking = shop.book()
    shop.pay(booking)
    booking.wait("confirmed")
    free = shop.book(service=FREE["name"])
    free.wait("confirmed")
    assert len(shop.inbox()) == 2 and all(one["standard_webhooks"] and one["firma_hmac"] for one in shop.inbox())
    assert shop.client().get("/book/" + shop.link).status_code == 200
    demo.graceful()
    last = shop.book(service=FREE["name"])
    last.wait("confirmed", seconds=20)
    what_is_in_flight_arrives(shop)
    what_was_counted_is_kept(shop)
    watch = demos.watch(demo)
    demos.stop(mpm)
    assert watch.bad() == []
