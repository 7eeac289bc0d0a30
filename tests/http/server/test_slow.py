"""The example's threads and timeouts: 200 slow clients delay nobody, and are dropped soon."""
import glob
import os
import re
import selectors
import socket
import subprocess
import time

import pytest

from kitdemo import TOP, wait_until
from kitports import free_ports
from kithttp import raw

SLOW_CLIENTS = 200
DEBIAN = "StartServers 2\nMinSpareThreads 25\nMaxSpareThreads 75\nThreadLimit 64\nThreadsPerChild 25\nMaxRequestWorkers 150\n"


def example():
    """The example's directives for threads and timeouts."""
    with open(os.path.join(TOP, "conf/vhost.example.conf"), encoding="utf-8") as handle:
        text = handle.read()
    return "".join(re.findall(r"^(?:RequestReadTimeout|Timeout|KeepAliveTimeout) .*\n|^<IfModule mpm_event_module>\n(?:.*\n)*?</IfModule>\n",
                              text, re.M))


class Httpd:
    """httpd alone, with Debian's thread settings and further directives after them."""

    def __init__(self, folder, directives):
        self.port = free_ports()
        modules = os.path.dirname(glob.glob("/usr/lib/apache2/modules/mod_mpm_event.so")[0])
        (folder / "htdocs").mkdir()
        (folder / "htdocs/index.txt").write_text("here")
        (folder / "httpd.conf").write_text(
            "".join("LoadModule %s_module %s/mod_%s.so\n" % (one, modules, one) for one in ("mpm_event", "authz_core", "reqtimeout"))
            + 'ServerRoot "%s"\nPidFile pid\nErrorLog log\nListen 127.0.0.1:%d\nServerName localhost\nDocumentRoot htdocs\n'
            % (folder, self.port) + DEBIAN + directives)
        for one in [*folder.parents][:2]:
            os.chmod(one, 0o755)
        self.process = subprocess.Popen(["/usr/sbin/apache2", "-f", str(folder / "httpd.conf"), "-DFOREGROUND"], cwd="/")
        wait_until(self.answers)

    def answers(self):
        try:
            return raw(self.port, b"GET /index.txt HTTP/1.0\r\n\r\n").status in (200, 403)
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


class Slow:
    """Connections that never complete a request."""

    def __init__(self, port):
        self.open, self.selector = set(), selectors.DefaultSelector()
        for _ in range(SLOW_CLIENTS):
            link = socket.create_connection(("127.0.0.1", port))
            link.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            link.setblocking(False)
            self.open.add(link)
            self.selector.register(link, selectors.EVENT_READ)

    def drip(self):
        """Sends one more byte on each, and drops the closed connections."""
        for link in list(self.open):
            try:
                link.send(b"x")
            except OSError:
                self.drop(link)
        for key, _ in self.selector.select(0):
            if key.fileobj in self.open:
                self.drop(key.fileobj)

    def drop(self, link):
        self.open.discard(link)
        self.selector.unregister(link)
        link.close()


def longest(port, slow):
    """The longest response time while the slow clients drip."""
    worst = 0
    until = time.monotonic() + 3
    while time.monotonic() < until:
        slow.drip()
        began = time.monotonic()
        assert raw(port, b"GET /index.txt HTTP/1.0\r\n\r\n").status in (200, 403)
        worst = max(worst, time.monotonic() - began)
        time.sleep(0.1)
    return worst


@pytest.mark.plain
def test_the_example_holds_200_slow_clients(tmp_path):
    httpd = Httpd(tmp_path, example())
    try:
        slow = Slow(httpd.port)
        worst = longest(httpd.port, slow)
        assert len(slow.open) == SLOW_CLIENTS and worst < 1, "%d are left, the longest wait was %.1f s" % (len(slow.open), worst)
        wait_until(lambda: slow.drip() or not slow.open, 12, 0.2)  # none is kept longer than the timeout
    finally:
        httpd.stop()


@pytest.mark.plain
def test_the_control_debians_own_threads_do_not(tmp_path):
    httpd = Httpd(tmp_path, "RequestReadTimeout header=5-10,MinRate=500\n")
    try:
        assert longest(httpd.port, Slow(httpd.port)) > 1
    finally:
        httpd.stop()
