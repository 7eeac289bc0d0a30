"""Fixtures of the tests against the real httpd, PostgreSQL and the sandbox.

KF_BUILD_DIR  a finished build (needed)
KF_ASAN=1     that build has the sanitizers: they and the pool guard are preloaded into httpd
KF_MAKE_DIR   a build without them, for the commands that every test begins with
KF_SHARE=1    leave out what the suite does under sanitizers
KF_FULL=1     all rounds, schedules and payloads
KF_ROUNDS     rounds of the race (60; 6 with sanitizers, 200 with KF_FULL)
KF_KEEP=1     leaves the folders of the demos for a look
"""
import os
import secrets
import shutil
import subprocess
import tempfile

import pytest

import kitdemo
import kitend
import kitleaks
import kitlog
from kitdemo import ASAN, Demo
from kitshop import Shop

HERE = os.path.dirname(os.path.abspath(__file__))
# The sandbox sends all events from one address: the limit for one client does not fit.
# On a busy machine a long wait for a connection is no outage. The consecutive rounds of a race for one business's slot
# are no flood (test_neighbours.py tests those limits). A hold and its booking expire together, so that a test knows
# both times. Tests hold a whole day (test_holders.py tests those limits).
DIRECTIVES = ("KonfirmadoRateLimit webhook 6000/10s", "KonfirmadoDBWait 10s", "KonfirmadoDBShare 100", "KonfirmadoDBBudget 0s",
              "KonfirmadoHoldFirst 10m", "KonfirmadoHoldShare 0")


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes more than ten seconds")
    config.addinivalue_line("markers", "plain: without sanitizers only")
    config.addinivalue_line("markers", "both: with and without sanitizers (the optimized build is faster, and may lose other races)")


def wanted(item):
    if ASAN:
        return not item.get_closest_marker("plain")
    return not os.environ.get("KF_SHARE") or item.get_closest_marker("plain") or item.get_closest_marker("both")


def pytest_collection_modifyitems(items):
    """Selects the tests for this build. Slow files come first, so that no process ends long after the others."""
    items[:] = [item for item in items if wanted(item)]
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


class Demos:
    """All installations of this session, each with its log watch."""

    def __init__(self):
        # Other users (postgres, www-data) must be able to traverse it.
        self.top = tempfile.mkdtemp(prefix="kf-http-", dir="/tmp")
        os.chmod(self.top, 0o711)
        self.running = {}
        self.started = {}  # name -> number of the files that asked for it
        self.number = None
        self.logs = []
        self.found = []  # problems found at the end of ended installations
        self.searched = {}  # name -> what was searched for tokens
        self.preload, self.env = self._sanitizers() if ASAN else (None, {})

    def made(self, name):
        """Builds a library to preload, from this folder or from tests/asan."""
        target = os.path.join(self.top, name + ".so")
        source = next(path for path in (os.path.join(HERE, name + ".c"), os.path.join(kitdemo.TOP, "tests/asan", name + ".c"))
                      if os.path.exists(path))
        include = subprocess.run(["pg_config", "--includedir"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        subprocess.run(["gcc", "-O1", "-fPIC", "-shared", "-I" + include, source, "-o", target, "-Wl,--as-needed", "-ldl", "-lpq",
                        "-lcurl"], check=True)
        return target

    def _sanitizers(self):
        said = subprocess.run([os.path.join(kitdemo.TOP, "tests/asan/env.sh"), os.path.join(self.top, "sanitizer")],
                              stdout=subprocess.PIPE, text=True, check=True).stdout
        env = dict(line.split("=", 1) for line in said.splitlines())
        return env.pop("KF_HTTPD_PRELOAD"), env

    def get(self, name, directives=(), mpm="event", preload=None):
        """The installation of that name, started when it is asked for first."""
        if name not in self.running:
            folder = os.path.join(self.top, name)
            if os.path.exists(folder):  # files of an earlier number used it too; its logs are still to be checked
                folder += "-" + self.number
            os.makedirs(folder)
            # The sanitizers are only for httpd. The programs beside it run without them.
            libraries = " ".join(filter(None, [self.preload, preload and self.made(preload)]))
            demo = Demo(folder, DIRECTIVES, mpm, libraries, self.env)
            # Some directives contain the ports.
            demo.directives += directives(demo) if callable(directives) else list(directives)
            demo.start()
            self.running[name] = (demo, kitlog.Watch(demo))
            self.started[name] = self.number
            self.logs.append(demo)
        return self.running[name][0]

    def watch(self, demo):
        return next(watch for one, watch in self.running.values() if one is demo)

    def stop(self, name):
        demo, watch = self.running.pop(name)
        if kitleaks.journal(demo):  # it has had contact with Google
            found, seen = kitleaks.search(demo)
            watch.leaks += found
            self.searched[name] = seen
        demo.stop()
        return watch

    def stop_all(self):
        found = []
        for name in list(self.running):
            found += self.stop(name).bad()
        return found

    def go_on(self, number):
        """The files of another number begin: installations that only the former used end. Returns the problems
        found."""
        self.number = number
        found = []
        for name in [one for one in self.running if one != "main" and self.started[one] != number]:
            found += self.stop(name).bad()
        return found

    def close(self):
        for name in list(self.running):
            try:
                self.stop(name)
            except kitdemo.Refused as error:
                print("stopping %s: %s" % (name, error))
        if not os.environ.get("KF_KEEP"):
            shutil.rmtree(self.top, ignore_errors=True)


@pytest.fixture(scope="session")
def demos():
    everything = Demos()
    yield everything
    try:
        found = everything.found + kitend.check(everything)
    finally:
        everything.close()
    assert not found, "at the end:\n" + "\n".join(found[:40])


@pytest.fixture(scope="module", autouse=True)
def few_at_a_time(demos, request):
    """Every installation reads its clock file all the time: a dozen of them would slow down all tests."""
    demos.found += demos.go_on(request.module.__name__.split("_")[1])


@pytest.fixture(scope="session")
def main_demo(demos):
    return demos.get("main")


@pytest.fixture()
def demo(main_demo):
    """The installation that most tests share. Each test creates its own tenant in it."""
    return main_demo


class Log:
    """Announces log lines that a test causes."""

    def __init__(self, demos):
        self.demos = demos
        self.patterns = []

    def expect(self, *patterns):
        self.patterns += patterns
        for _, watch in self.demos.running.values():
            watch.expect(*patterns)


@pytest.fixture(autouse=True)
def log(demos):
    """After each test: no unannounced warning, crash, sanitizer report or deadlock."""
    mine = Log(demos)
    yield mine
    found = []
    for _, watch in demos.running.values():
        watch.expect(*mine.patterns)  # of an installation that the test itself started
        found += watch.bad()
        watch.forget()
    assert not found, "not announced:\n" + "\n".join(found[:40])


@pytest.fixture()
def shop(demo):
    """A tenant with a paid and a free service, open day and night."""
    return Shop(demo)


@pytest.fixture()
def make_shop(demo):
    def make(**options):
        return Shop(options.pop("demo", demo), **options)
    return make


@pytest.fixture()
def token():
    return secrets.token_hex
