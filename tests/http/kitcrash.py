"""Servers that are killed at a certain call: tests/asan/crash.c in httpd."""
import ctypes
import mmap
import os
import signal
import time
import uuid

import pytest
import requests

from kitcalendar import directives
from kitdemo import wait_until

DONE = 1000000


class Injector:
    """tests/asan/crash.c in a running server."""

    class Shared(ctypes.Structure):
        _fields_ = [("count", ctypes.c_int), ("wanted", ctypes.c_int), ("how", ctypes.c_char), ("name", ctypes.c_char * 31),
                    ("only", ctypes.c_char * 24)]

    def __init__(self, folder):
        self.path = os.path.join(folder, "crash")
        with open(self.path, "wb") as handle:
            handle.write(bytes(64))
        with open(self.path, "r+b") as handle:
            self.map = mmap.mmap(handle.fileno(), 64)
        self.shared = self.Shared.from_buffer(self.map)

    def lines(self, folder, **options):
        """The directives of an installation; its environment too."""
        def both(demo):
            demo.env.update(KF_CRASH_COUNT=self.path, KF_CRASH_SKIP="work_")
            return directives(folder, **options)(demo)
        return both

    def off(self):
        self.shared.count = DONE

    def arm(self, number, how, only=""):
        self.off()
        time.sleep(0.02)
        self.shared.wanted, self.shared.how, self.shared.name, self.shared.only = number, how.encode(), b"", only.encode()
        self.shared.count = 0

    def hit(self):
        """The call at which it happened; None if it did not."""
        return self.shared.name.decode() or None


@pytest.fixture(scope="module")
def injector(tmp_path_factory):
    return Injector(str(tmp_path_factory.mktemp("crash")))


def begin_anew(demo):
    """The remaining processes end too: caches and counters are the same each time, and a worker starts at once."""
    for child in demo.children():
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            pass
    wait_until(demo.healthy)


def persistent(shop, path, body):
    """As a customer's program does it: the same idempotency key until there is an answer."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    for _ in range(60):
        try:
            answer = shop.client().post(path, json=body, headers=headers, timeout=15)
        except requests.ConnectionError:
            begin_anew(shop.demo)
            shop.demo.advance(6)  # the lease of a reading
            continue
        if answer.status_code == 201:
            return answer.json()
        assert answer.status_code == 503 or answer.json()["code"] == "idempotency_key_running", answer.text
        shop.demo.advance(2)
        time.sleep(0.1)
    raise AssertionError("no answer to " + path)


def each(demo, injector, act, how="ab", only="", least=1):
    """Repeats the act with one kill, each time at the next point, until there are no more. Returns the points."""
    hits = []
    for way in how:
        number = 1
        while True:
            begin_anew(demo)
            time.sleep(0.3)  # the worker's first run is over: from now on its calls are told from a visitor's
            injector.arm(number, way, only)
            act()
            if not injector.hit():
                break
            hits.append((number, way, injector.hit()))
            number += 1
            assert number < 100, hits
    injector.off()
    assert len(hits) >= least
    return hits
