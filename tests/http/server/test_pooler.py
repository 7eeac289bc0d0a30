"""A real PgBouncer between a server and its database. It assigns each transaction to another session."""
import os
import re
import subprocess

import pytest

from kitaccount import Node
from kitdemo import wait_until
from kithttp import raw, wire
from kitlog import DOWN
from kitports import free_ports
from kitshop import FREE, Shop

pytestmark = pytest.mark.plain  # the same code as everywhere, over another socket

# Two sessions for all clients: the next client gets a session that another one has used.
POOLER = """[databases]
konfirmado = host=%(socket)s port=5432
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %(port)d
unix_socket_dir =
auth_type = trust
auth_file = %(users)s
pool_mode = transaction
default_pool_size = 2
logfile = %(log)s
pidfile =
"""


@pytest.fixture(scope="module")
def demo(demos):
    return demos.get("pooler", ("KonfirmadoJobs Off",))


@pytest.fixture(scope="module")
def pooler(demo, tmp_path_factory):
    """The conninfo with which servers connect to their database through it."""
    folder = tmp_path_factory.mktemp("pooler")
    for one in (folder, *folder.parents[:-2]):
        os.chmod(one, 0o755)  # PostgreSQL's user must be able to enter it, who runs PgBouncer (root may not)
    password = re.search(r"password=(\w+)", demo.about["database_app"]).group(1)
    port = free_ports()
    files = {name: folder / name for name in ("users", "log", "ini")}
    files["users"].write_text('"konfirmado_app" "%s"\n' % password)
    files["log"].touch()
    files["ini"].write_text(POOLER % {"socket": demo.socket, "port": port, "users": files["users"], "log": files["log"]})
    if os.getuid() == 0:
        for one in files.values():
            subprocess.run(["chown", "postgres", one], check=True)
    process = subprocess.Popen(demo.as_postgres(["pgbouncer", "-q", str(files["ini"])]), cwd="/", stdin=subprocess.DEVNULL)
    wait_until(lambda: "process up" in files["log"].read_text())
    yield "host=127.0.0.1 port=%d dbname=konfirmado user=konfirmado_app connect_timeout=5 application_name=konfirmado" % port
    process.terminate()
    process.wait(20)


def server(demo, folder, conninfo, lines=""):
    node = Node(demo, str(folder), lines)
    with open(node.conf, encoding="utf-8") as handle:
        text = handle.read()
    with open(node.conf, "w", encoding="utf-8") as handle:
        handle.write(re.sub(r"^DBDParams .*", 'DBDParams "%s"' % conninfo, text, flags=re.M))
    return node


def said(demo, at):
    with open(demo.error_log, encoding="utf-8", errors="replace") as handle:
        handle.seek(at)
        return handle.read()


def test_a_pooler_serves_bookings(demo, pooler, log, tmp_path):
    shop, begin = Shop(demo), os.path.getsize(demo.error_log)
    node = server(demo, tmp_path, pooler, "KonfirmadoPrepare Off\nKonfirmadoJobs On").start()
    try:
        host = "%s.localhost:%d" % (shop.sub, node.port)
        answers = [raw(node.port, wire("GET", "/book/" + shop.link, host)).status for _ in range(10)]
        assert set(answers) == {200}
        shop.url = "http://" + host
        booking = shop.book(service=FREE["name"])
        booking.wait("confirmed")
        assert "KonfirmadoPrepare" not in said(demo, begin)
    finally:
        node.stop()


def test_prepared_statements_need_a_session(demo, pooler, log, tmp_path):
    """The log names the remedy at the first use of the database, before any booking."""
    log.expect("KF00292", *DOWN)
    begin = os.path.getsize(demo.error_log)
    node = server(demo, tmp_path, pooler)
    node.start(200, 500, 503)
    try:
        wait_until(lambda: re.search(r"KF00292: .*transaction mode, set KonfirmadoPrepare Off", said(demo, begin)))
    finally:
        node.stop()
