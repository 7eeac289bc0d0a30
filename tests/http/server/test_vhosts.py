"""Many virtual hosts over one database share one pool, one memory and one worker."""
import os
import re
import subprocess
import tempfile
import time

import pytest
import requests

from kitaccount import Node
from kitconf import checked
from kitdemo import wait_until
from kithttp import raw, wire
from kitlog import Tail
from kitshop import Shop

FURTHER = 60
BLOCK = re.compile(r"<VirtualHost .*?</VirtualHost>\n", re.S)


@pytest.fixture(scope="module")
def demo(demos):
    return demos.get("start")


def further(text, number, change=lambda block: block, address=True):
    """The configuration with a copy of its virtual host: another name, and another port."""
    block = BLOCK.search(text).group()
    block = re.sub(r"ServerName .*\n *ServerAlias .*", "ServerName further%d.test" % number, block)
    if address:
        block = re.sub(r"KonfirmadoBaseURL (.*)localhost", r"KonfirmadoBaseURL \g<1>further%d.test" % number, block)
    return text + change(block)


def with_line(line):
    name = line.split()[0]

    def change(block):
        block = re.sub(r"^ *%s .*\n" % name, "", block, flags=re.M)
        return block.replace("</VirtualHost>", line + "\n</VirtualHost>")
    return change


@pytest.fixture()
def files(demo, tmp_path):
    """Settings for a second server: its own keys, an upload folder that httpd's user can reach."""
    keys = tmp_path / "other.keys"
    said = demo.ctl("keys", "generate", "--file", keys)
    assert said["file"] == str(keys)
    pictures = tempfile.mkdtemp(prefix="kf-pictures-", dir="/tmp")
    os.chmod(pictures, 0o777)
    yield {"keys": keys, "pictures": pictures}
    os.rmdir(pictures)


@pytest.mark.parametrize("line, jobs", [
    ("KonfirmadoKeyFile %(keys)s", False), ("KonfirmadoUploadDir %(pictures)s", False), ("KonfirmadoPrepare Off", False),
    ("KonfirmadoBaseURL http://further1.test", True), ("KonfirmadoHoldTTL 5m", True),
    ("KonfirmadoSMTP smtp://127.0.0.1:2525", True), ("KonfirmadoMailFrom other@shop.test", True),
    ("KonfirmadoCallbackTimeout 7s", True), ("KonfirmadoCallbackAllow 10.0.0.0/8", True)])
def test_servers_of_one_database_agree(demo, tmp_path, files, line, jobs):
    """Conflicting settings for background work and stored secrets are reported."""
    line %= files
    name = line.split()[0]
    status, said = checked(demo, tmp_path, lambda text: further(text, 1, with_line(line), False))
    assert status != 0 and name in said and "the same database" in said, said
    assert ("KonfirmadoJobs Off" in said) == jobs, said
    for more, good in (("KonfirmadoJobs Off", jobs), ('DBDParams "host=/nowhere dbname=other connect_timeout=2"', True)):
        def change(block, more=more):
            return with_line(more)(with_line(line)(block))
        status, said = checked(demo, tmp_path, lambda text: further(text, 1, change, False))
        assert (status == 0) == good, (more, said)


def test_a_database_is_the_same_however_it_is_quoted(demo, tmp_path):
    def change(text):
        own = re.search(r'^DBDParams "(.*)"$', text, re.M).group(1)
        lines = with_line("DBDParams '%s'" % own)
        return further(text, 1, lambda block: lines(with_line("KonfirmadoPrepare Off")(block)), False)
    status, said = checked(demo, tmp_path, change)
    assert status != 0 and "KonfirmadoPrepare" in said and "the same database" in said, said


def in_the_main_server(text, *host):
    """Moves the virtual host's directives to the main server. The virtual host is left empty, and a host `own.test`
    has only these lines."""
    block = BLOCK.search(text).group()
    begin, *lines, end = block.splitlines()
    names = [line for line in lines if line.split()[:1] in (["ServerName"], ["ServerAlias"])]
    others = [line for line in lines if line not in names]
    return text.replace(block, "\n".join([*others, begin, *names, end, begin, "    ServerName own.test", *host, end, ""]))


@pytest.mark.parametrize("line", ["DBDMax 15", "DBDPersist Off", 'DBDInitSQL "SET jit = off"'])
def test_a_host_without_a_word_for_konfirmado_may_have_a_database(demo, tmp_path, line):
    """It has the main server's directives. Its mod_dbd settings are checked like any other's."""
    assert checked(demo, tmp_path, lambda text: in_the_main_server(text, "DBDMax 16"))[0] == 0
    status, said = checked(demo, tmp_path, lambda text: in_the_main_server(text, line))
    assert status != 0 and line.split()[0] in said and "httpd.conf:" in said, said


def test_each_host_tells_of_its_own_database(demo, log, tmp_path):
    """Health and metrics use the host's own database, not that of the server whose directives it shares. The log
    reports each host without a sign of life."""
    log.expect("KF00290", "KF00212.*503")
    folder = str(tmp_path / "wide")
    os.makedirs(folder)
    node = Node(demo, folder)
    demo.run("CREATE ROLE kf_wide LOGIN BYPASSRLS PASSWORD 'kf' IN ROLE konfirmado_app")
    demo.run("CREATE ROLE kf_maker LOGIN PASSWORD 'kf' IN ROLE konfirmado_app, konfirmado_owner")
    with open(node.conf, encoding="utf-8") as handle:
        text = handle.read()
    wide = re.sub(r"user=\S+ password=\S+", "user=kf_wide password=kf", re.search(r"^DBDParams .*$", text, re.M).group())
    with open(node.conf, "w", encoding="utf-8") as handle:
        text = in_the_main_server(re.sub(r"StartServers 2", "StartServers 1", text), wide)
        maker = BLOCK.findall(text)[-1].replace("kf_wide", "kf_maker").replace("own.test", "maker.test")
        handle.write(text + maker)
    said = Tail(demo.error_log)
    said.new()
    causes = set()
    node.start()

    def get(host, path):
        return requests.get("http://127.0.0.1:%d%s" % (node.port, path), headers={"Host": host}, timeout=60)
    try:
        for _ in range(2):
            assert "is not bound by row security" in get("own.test", "/health").text
            assert get("localhost", "/health").status_code == 200
            assert "konfirmado_status_read_success 0" in get("own.test", "/metrics").text
            assert "konfirmado_status_read_success 1" in get("localhost", "/metrics").text

        def each_was_told():
            causes.update(re.sub(".*: ", "", one) for one in said.new() if "KF00462" in one)
            return len(causes) == 2
        wait_until(each_was_told, 20)
    finally:
        node.stop()
        demo.run("DROP OWNED BY kf_wide, kf_maker; DROP ROLE kf_wide, kf_maker")


def processes(node):
    done = subprocess.run(["pgrep", "-P", str(node.process.pid)], stdout=subprocess.PIPE, text=True, check=False)
    return [int(one) for one in done.stdout.split()]


def memory(node):
    """The memory of all processes in bytes (PSS)."""
    found = 0
    for pid in processes(node):
        with open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as handle:
            found += int(re.search(r"^Pss:\s+(\d+)", handle.read(), re.M).group(1)) * 1024
    return found


def cpu(node):
    """The CPU seconds of all processes."""
    ticks = 0
    for pid in processes(node):
        with open("/proc/%d/stat" % pid, encoding="ascii") as handle:
            ticks += sum(map(int, handle.read().rpartition(")")[2].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def started(demo, folder, hosts):
    os.makedirs(folder)
    node = Node(demo, folder)
    with open(node.conf, encoding="utf-8") as handle:
        text = handle.read().replace("\nKonfirmadoJobs Off", "")
    for number in range(hosts):
        text = further(text, number, with_line("KonfirmadoJobs Off"))
    with open(node.conf, "w", encoding="utf-8") as handle:
        handle.write(text)
    return node.start()


def asked(demo):
    """The number of transactions."""
    return demo.one("SELECT xact_commit + xact_rollback AS n FROM pg_stat_database WHERE datname = 'konfirmado'")


def weighed(node):
    """After each process has answered: memory; then, idle, transactions and CPU time per second."""
    for _ in range(20):
        assert raw(node.port, wire("GET", "/health", "localhost:%d" % node.port)).status == 200
    begin, used, before = time.monotonic(), cpu(node), asked(node.demo)
    time.sleep(4)
    seconds = time.monotonic() - begin
    return memory(node), (asked(node.demo) - before) / seconds, (cpu(node) - used) / seconds


@pytest.mark.plain
@pytest.mark.slow
def test_a_further_host_weighs_little(demo, log, tmp_path):
    """Half a MB each, and no additional query to the database."""
    alone = started(demo, str(tmp_path / "alone"), 0)
    try:
        before = weighed(alone)
    finally:
        alone.stop()
    many = started(demo, str(tmp_path / "many"), FURTHER)
    try:
        after = weighed(many)
    finally:
        many.stop()
    print("each further host: %.3f MB, %.2f transactions a second, %.4f %% of a processor"
          % ((after[0] - before[0]) / FURTHER / 2**20, (after[1] - before[1]) / FURTHER,
             100 * (after[2] - before[2]) / FURTHER))
    assert after[0] - before[0] < FURTHER * 2**19, (before, after)
    assert after[1] < 2 * before[1] + 10, (before, after)


def test_each_host_shows_its_own_addresses(demo, log, tmp_path):
    """Pages share one cache, and still differ by the assets of their host."""
    shop = Shop(demo)
    folder = str(tmp_path / "two")
    os.makedirs(folder)
    node = Node(demo, folder)
    with open(node.conf, encoding="utf-8") as handle:
        text = handle.read()
    with open(node.conf, "w", encoding="utf-8") as handle:
        handle.write(further(text, 1, with_line("KonfirmadoAssetsURL /elsewhere")))
    node.start()
    try:
        def page(host):
            return raw(node.port, wire("GET", "/book/" + shop.link, "%s:%d" % (host, node.port)))
        wait_until(lambda: page("localhost").status == 200)
        for _ in range(2):
            assert b'"/assets/' in page("localhost").body
            own = page("further1.test")
            assert own.status == 200 and b'"/elsewhere/' in own.body and b'"/assets/' not in own.body
    finally:
        node.stop()
