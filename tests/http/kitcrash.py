"""Servers that are killed at a certain call: tests/asan/crash.c in httpd."""
import ctypes
import mmap
import os
import signal
import time

import pytest

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
