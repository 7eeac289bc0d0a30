"""Start: an invalid configuration is refused with a message, every process model takes a booking."""
import http.client
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

import pytest

from kitaccount import Node
from kitconf import checked
from kitdemo import TOP, Psql, Refused, wait_until
from kithttp import Client
from kitlog import Tail
from kitports import free_ports
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
    ("KonfirmadoDBShare 0", "1 to 100"), ("KonfirmadoDBBudget 11m", "0s to 10m"),
    ("KonfirmadoWompiAPI ftp://x", "not an absolute URL"), ("KonfirmadoJobs Maybe", "must be On or Off"),
    ("KonfirmadoKeyFile /nowhere/keys", "cannot be read"), ("KonfirmadoTemplates /nowhere", "is not a folder"),
    ("KonfirmadoMessages /nowhere", "is not a folder"), ("KonfirmadoCommonPasswords /nowhere", "cannot be read"),
    ("KonfirmadoCommonPasswords /etc/hostname", "3000 are needed"), ("KonfirmadoProviderCAFile /nowhere.pem", "cannot be read"),
    ("KonfirmadoAllowInsecureHTTP Off", "https"),
]


def with_directive(text, directive):
    """Replaces the directive of the same name, or inserts it where it is allowed."""
    name = directive.split()[0]
    lines = [line for line in text.splitlines() if line.split(maxsplit=1)[:1] != [name]]
    world = name == "KonfirmadoRateLimitMemory" or name.startswith(("DBD", "KonfirmadoDB"))
    at = next(n for n, line in enumerate(lines) if line.startswith("<VirtualHost")) + (0 if world else 1)
    lines.insert(at, directive)
    return "\n".join(lines) + "\n"


def redirect_of(port, host):
    """(status, Location) of a page requested over http; None while no server listens."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        asking.request("GET", "/book/x%20y?a=b", headers={"Host": host})
        answer = asking.getresponse()
        return answer.status, answer.getheader("Location")
    except OSError:
        return None
    finally:
        asking.close()


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


# mod_dbd settings with which Konfirmado could not work, or not for long; "-" removes a line.
@pytest.mark.parametrize("directive, sentence", [
    ("-DBDriver", "DBDriver is missing"), ("-DBDParams", "DBDParams is missing"),
    ('DBDParams "host=/run/postgresql dbname=x"', "DBDParams has no connect_timeout: add connect_timeout=2"),
    ('DBDParams "dbname=x connect_timeout=0"', "DBDParams says connect_timeout=0"),
    ('DBDParams "dbname=x connect_timeout=6"', "DBDParams says connect_timeout=6"),
    ('DBDParams "dbname=x connect_timeou=2"', "The connection string cannot be read"),
    ("DBDMax 15", "DBDMax is 15, but KonfirmadoDBConnections is 16"), ("-DBDMax", "DBDMax is 10 (its default)"),
    ("KonfirmadoDBConnections 18", "DBDMax is 17, but KonfirmadoDBConnections is 18"),
    ("DBDPersist Off", "DBDPersist"), ('DBDPrepareSQL "SELECT 1" one', "DBDPrepareSQL"), ('DBDInitSQL "SET jit = off"', "DBDInitSQL")])
def test_what_mod_dbd_is_told(demo, tmp_path, directive, sentence):
    def change(text):
        if directive[0] != "-":
            return with_directive(text, directive)
        return "\n".join(line for line in text.splitlines() if line.split(maxsplit=1)[:1] != [directive[1:]]) + "\n"
    status, said = checked(demo, tmp_path, change)
    assert status != 0 and sentence in said, said


def test_a_virtual_hosts_own_words_count(demo, tmp_path):
    """Its directives override the main server's."""
    for line, good in (("DBDMax 15", False), ("dbdmax 16", True), ("DBDPersist Off", False)):
        status, said = checked(demo, tmp_path, lambda text, l=line: text.replace("    Konfirmado On", "    %s\n    Konfirmado On" % l))
        assert (status == 0) == good and (good or line.split()[0] in said), said


def test_the_platform_has_a_name(demo, tmp_path):
    """The host of KonfirmadoBaseURL is served; a business's own domain may have a server to itself."""
    def other(alias=""):
        return lambda text: with_directive(text, "KonfirmadoBaseURL http://book.example.test").replace(
            "ServerAlias *.localhost", "ServerAlias *.localhost " + alias)
    status, said = checked(demo, tmp_path, other())
    assert status != 0 and "no server with Konfirmado On has the name book.example.test" in said, said
    for alias in ("book.example.test", "*.example.test"):
        assert checked(demo, tmp_path, other(alias))[0] == 0

    def own_domain(text):
        own = text[text.index("<VirtualHost"):]
        return text + own.replace("ServerName localhost", "ServerName citas.aurora.test").replace("ServerAlias *.localhost", "")
    status, said = checked(demo, tmp_path, own_domain)
    assert status == 0, said


def test_pictures_can_be_written(demo, tmp_path):
    """Checked as the children's user: `apachectl -t` runs as root, who can write everywhere."""
    folder = tempfile.mkdtemp(prefix="kf-uploads-")
    root = os.getuid() == 0
    try:
        os.chmod(folder, 0o755 if root else 0o555)
        status, said = checked(demo, tmp_path, lambda text: with_directive(text, "KonfirmadoUploadDir %s" % folder))
        assert status != 0 and "KonfirmadoUploadDir" in said and "may not write" in said, said
        if root:
            shutil.chown(folder, "www-data")
        else:
            os.chmod(folder, 0o755)
        status, said = checked(demo, tmp_path, lambda text: with_directive(text, "KonfirmadoUploadDir %s" % folder))
        assert status == 0, said
    finally:
        shutil.rmtree(folder)
    status, said = checked(demo, tmp_path, lambda text: with_directive(text, "KonfirmadoUploadDir %s" % folder))
    assert status != 0 and "is not a folder" in said


def test_the_example_fits_debians_defaults():
    """Six processes (MaxRequestWorkers 150, ThreadsPerChild 25), twice in a graceful restart, of 100 - 3 connections."""
    with open(os.path.join(TOP, "conf/vhost.example.conf"), encoding="utf-8") as handle:
        said = dict(re.findall(r"^(DBD\w+|KonfirmadoDBConnections) +(\d+)", handle.read(), re.M))
    assert 2 * 6 * int(said["DBDMax"]) <= 97 and said["DBDMax"] >= said["KonfirmadoDBConnections"]


def test_the_example_keeps_a_business_on_its_name(tmp_path):
    """The redirect from http to https."""
    with open(os.path.join(TOP, "conf/vhost.example.conf"), encoding="utf-8") as handle:
        section = re.search(r"^<VirtualHost \*:80>.*?^</VirtualHost>", handle.read(), re.M | re.S).group(0)
    port = free_ports()
    lines = ["ServerRoot %s" % tmp_path, "PidFile %s/pid" % tmp_path, "DefaultRuntimeDir %s" % tmp_path, "ServerName other.test",
             "Define APACHE_LOG_DIR %s" % tmp_path, "ErrorLog %s/log" % tmp_path, "Listen 127.0.0.1:%d" % port]
    lines += ["LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so" % (one, one)
              for one in ("mpm_event", "authz_core", "alias", "rewrite")]
    (tmp_path / "httpd.conf").write_text("\n".join(lines) + "\n" + section.replace(":80>", ":%d>" % port) + "\n")
    command = ["/usr/sbin/apache2", "-f", str(tmp_path / "httpd.conf"), "-DFOREGROUND"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as httpd:
        try:
            for host in ("book.example.com", "aurora.book.example.com"):
                answer = wait_until(lambda h=host: redirect_of(port, h))
                assert answer == (301, "https://%s/book/x%%20y?a=b" % host)
        finally:
            httpd.terminate()


def test_without_a_watchdog(demo, demos, log, tmp_path):
    """No signs of life are written then: the log names the checks that do not cover this server."""
    log.expect("KF00464")
    said = Tail(demo.error_log)
    said.new()
    Node(demo, str(tmp_path), preload=demos.made("unwatched")).start().stop()
    (told,) = [one for one in said.new() if "KF00464" in one]
    assert "is mod_watchdog loaded?" in told and "keys rotate cannot know of this server" in told


@pytest.mark.parametrize("more, less, sentence", [
    ("BYPASSRLS", "ALTER ROLE kf_wide NOBYPASSRLS", "is not bound by row security"),
    ("IN ROLE konfirmado_owner", "REVOKE konfirmado_owner FROM kf_wide", "may change the schema")])
def test_a_role_with_too_many_rights(demo, log, more, less, sentence):
    """The role is refused, and accepted as soon as it has lost the rights."""
    log.expect("KF00290.*" + sentence, "KF00291.*20 for kf_wide", "KF00212.*503")
    demo.run("CREATE ROLE kf_wide LOGIN CONNECTION LIMIT 20 PASSWORD 'kf' %s; GRANT konfirmado_app TO kf_wide" % more)
    folder = tempfile.mkdtemp(prefix="kf-node-")
    node = Node(demo, folder)
    with open(node.conf, encoding="utf-8") as handle:
        text = handle.read()
    with open(node.conf, "w", encoding="utf-8") as handle:
        handle.write(re.sub(r"user=\S+ password=\S+", "user=kf_wide password=kf", text))
    try:
        node.start(503)
        client = Client(node.base)
        assert sentence in client.get("/health").json()["database"]
        assert client.get("/book/" + "a" * 22).status_code == 503
        demo.run(less)
        assert client.get("/health").status_code == 200
    finally:
        node.stop()
        shutil.rmtree(folder)
        demo.run("DROP OWNED BY kf_wide; DROP ROLE kf_wide")
    with open(demo.error_log, encoding="utf-8", errors="replace") as handle:
        assert "KF00291: 2 processes with 16 connections each may want 32, and the database has 20 for kf_wide" in handle.read()


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
    for name, file, text in (("templates", "wizard/select.mustache", "{{#open}}"), ("i18n", "es.json", "{")):
        folder = tmp_path / name
        subprocess.run(["cp", "-r", os.path.join(demo.home, "htdocs", name), str(folder)], check=True)
        (folder / file).write_text(text)
        directive = {"templates": "KonfirmadoTemplates", "i18n": "KonfirmadoMessages"}[name]
        status, said = checked(demo, tmp_path, lambda conf, d=directive, f=folder: with_directive(conf, "%s %s" % (d, f)))
        assert status != 0 and directive in said and file.split(".")[0] in said, said


def test_nothing_of_tests_in_a_usual_database(demo):
    """The clock can be shifted only if the database was created for tests, and not afterwards."""
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
    """A child that ends finishes a message being sent: no lease has to expire, nothing is sent twice."""
    before = len(shop.inbox())
    shop.merchant(slow_s=0.6)
    for signum in [signal.SIGUSR1, signal.SIGHUP] * 3:
        under_way = shop.book(service=FREE["name"])
        time.sleep(0.35)  # sent 0.2 s to 0.3 s ago
        os.kill(shop.demo.httpd_pid(), signum)
        under_way.wait("confirmed", seconds=10)
    assert len(shop.inbox()) == before + 6


def what_was_counted_is_kept(shop):
    """Funnel steps are written every few seconds, and when a child ends."""
    counted = "SELECT coalesce(sum(n), 0)::int FROM kf.funnel_event WHERE tenant_id = '%s'" % shop.tenant
    page = "/book/%s/availability?service=%s&professional=any" % (shop.link, shop.service_id(FREE["name"]))
    before = shop.demo.one(counted)
    for n in range(1, 5):
        assert shop.client().get(page).status_code == 200
        shop.demo.graceful()
        wait_until(lambda n=n: shop.demo.one(counted) >= before + n, 10)
        time.sleep(0.5)


@pytest.mark.slow
# Without threads a child ends inside a signal handler, which frees nothing. With threads it is the same code as
# everywhere.
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
    wait_until(lambda: demo.one("SELECT count(*) FROM kf.meta WHERE key LIKE 'server/%%/%d'" % demo.httpd_pid()) == 1, 20)
    what_was_counted_is_kept(shop)
    watch = demos.watch(demo)
    demos.stop(mpm)
    assert watch.bad() == []
