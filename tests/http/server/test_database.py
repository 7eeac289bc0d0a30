"""A database that stops answering, or that offers fewer connections than needed."""
import contextlib
import os
import signal
import subprocess
import threading
import time

import pytest

from kitaccount import Node
from kitdemo import ASAN, FULL, wait_until
from kithttp import address, raw, wire
from kitlog import DOWN
from kitshop import FREE, Shop

LONGEST = 6.0  # maximum seconds for a request, whatever the database does
BUSY = 1.0     # plus the delay of a busy machine
BACK = 1.0 + (BUSY if ASAN else 0)  # after the database continues, until connections are free for all
WAIT = 2.0     # KonfirmadoDBWait


def as_operators_have_it(demo):
    """Without the long connection wait of other tests."""
    demo.directives[:] = [one for one in demo.directives if "DBWait" not in one]
    demo.env["KF_DEMO_CONNECT_TIMEOUT"] = "4"
    return []


@pytest.fixture(scope="module")
def demo(demos):
    return demos.get("database", as_operators_have_it)


@pytest.fixture()
def shop(demo):
    return Shop(demo)


class Callers:
    """Threads that request servers repeatedly. Every answer is kept: (path, status, seconds, end time)."""

    def __init__(self, shop, ports, threads):
        self.shop, self.ports = shop, ports
        self.service = shop.service_id(FREE["name"])
        self.starts = [one["start"] for one in shop.slots(FREE["name"], days=30)]
        self.lock = threading.Lock()
        self.answers, self.over = [], False
        self.threads = [threading.Thread(target=self.go_on, args=(n,), daemon=True) for n in range(threads)]

    def __enter__(self):
        for one in self.threads:
            one.start()
        return self

    def __exit__(self, *_):
        self.over = True
        for one in self.threads:
            one.join()

    def hold(self):
        with self.lock:
            start = self.starts.pop(0)
            self.starts.append(start)
        return wire("POST", "/api/holds", self.shop.host, {"link": self.shop.link, "service": self.service, "start": start},
                    {"X-Forwarded-For": address()})

    def read(self, path):
        return wire("GET", path, self.shop.host)

    def asks(self, _):
        return self.hold()

    def ask(self, n, round_):
        port = self.ports[(n + round_) % len(self.ports)]
        data = self.asks(n + round_)
        begin = time.monotonic()
        try:
            answer = raw(port, data, timeout=30)
        except OSError:
            return  # a killed server
        with self.lock:
            self.answers.append((data.split(b" ", 2)[1].decode(), answer.status, time.monotonic() - begin, time.monotonic()))

    def go_on(self, n):
        round_ = 0
        while not self.over:
            round_ += 1
            self.ask(n, round_)

    def since(self, when):
        with self.lock:
            return [one for one in self.answers if one[3] > when]


class Mixed(Callers):
    def asks(self, n):
        path = "/api/availability?link=%s&service=%s" % (self.shop.link, self.service)
        return (self.hold, lambda: self.read(path), lambda: self.read("/book/" + self.shop.link),
                lambda: self.read("/health"))[n % 4]()


@contextlib.contextmanager
def standing_still(demo):
    """Stops every process of the database, as when its machine hangs: the kernel still answers for it."""
    with open(os.path.join(demo.pg_data, "postmaster.pid"), encoding="ascii") as handle:
        postmaster = int(handle.readline())
    os.kill(postmaster, signal.SIGSTOP)
    said = subprocess.run(["pgrep", "-P", str(postmaster)], stdout=subprocess.PIPE, text=True, check=False).stdout
    pids = [int(one) for one in said.split()] + [postmaster]
    try:
        for one in pids[:-1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGSTOP)
        yield
    finally:
        for one in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGCONT)


@(pytest.mark.both if FULL else pytest.mark.plain)
@pytest.mark.slow
def test_the_database_stands_still(shop, demo, log):
    log.expect(*DOWN, "AH10159", r"KF00460")
    with Mixed(shop, [demo.port], 24) as callers:
        wait_until(lambda: len(callers.answers) > 100)
        with standing_still(demo):
            time.sleep(25 if FULL else 9)
        back = time.monotonic()
        # All connections are back: the maximum number at once, and no request is refused.
        wait_until(lambda: len(callers.since(back + BACK)) > 200)
    assert {one[1] for one in callers.answers} <= {200, 201, 409, 503}
    slowest = max(callers.answers, key=lambda one: one[2])
    late = [one[3] - back for one in callers.since(back) if one[1] == 503]
    print("%d requests, the longest %.2f s; the last 503 %.2f s after the database went on" % (
        len(callers.answers), slowest[2], max(late, default=0)))
    assert slowest[2] < LONGEST + BUSY, slowest
    assert [one for one in callers.answers if one[1] == 503]
    refused = [one for one in callers.since(back + BACK) if one[1] == 503 and one[3] - one[2] > back + BACK]
    assert not refused, refused[:5]


@contextlib.contextmanager
def few_connections(demo, limit):
    """Limits the connections of the servers' role. Open ones count, so the servers reconnect."""
    if demo.batch:
        demo.batch.communicate()
    demo.run("ALTER ROLE konfirmado_app CONNECTION LIMIT %d" % limit)
    demo.run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'konfirmado_app'")
    try:
        yield
    finally:
        demo.run("ALTER ROLE konfirmado_app CONNECTION LIMIT -1")


def too_early(answers):
    return [one for one in answers if one[1] == 503 and one[2] < WAIT - 0.1]


@pytest.mark.plain
@pytest.mark.slow
def test_two_servers_at_the_limit_of_the_role(shop, demo, log, tmp_path):
    log.expect(*DOWN, "AH10159", "AH00052", "KF00460")
    node = Node(demo, str(tmp_path)).start()
    callers = Callers(shop, [demo.port, node.port], 24)
    with few_connections(demo, 6), callers:
        wait_until(lambda: len(callers.answers) > 300, 20)
        os.kill(demo.children()[-1], signal.SIGKILL)
        killed = time.monotonic()
        wait_until(lambda: len([one for one in callers.since(killed) if one[1] in (201, 409)]) > 300, 20)
        os.killpg(node.process.pid, signal.SIGKILL)
        killed = time.monotonic()
        wait_until(lambda: len([one for one in callers.since(killed) if one[1] in (201, 409)]) > 300, 20)
    refused = [one[2] for one in callers.answers if one[1] == 503]
    print("%d holds, %d refused, the soonest after %.2f s" % (len(callers.answers), len(refused), min(refused, default=0)))
    assert {one[1] for one in callers.answers} <= {0, 201, 409, 503}
    assert not too_early(callers.answers), (len(too_early(callers.answers)), too_early(callers.answers)[:5])
    wait_until(demo.healthy)


@pytest.mark.plain
def test_a_locked_row_stalls_nothing_else(shop, demo, log):
    """Only the result for it waits: the results behind it are written meanwhile."""
    log.expect(*DOWN)
    stuck, other = shop.book(), shop.book()
    demo.run("BEGIN; SELECT FROM kf.booking WHERE booking_id = '%s' FOR UPDATE" % stuck.id)
    try:
        shop.pay(stuck)
        wait_until(lambda: demo.one("SELECT count(*) FROM pg_locks WHERE NOT granted"))
        shop.pay(other)
        begin = time.monotonic()
        other.wait("paid", "confirmed")
        took = time.monotonic() - begin
    finally:
        demo.run("ROLLBACK")
    assert took < 20, took  # its own turn, and one wait for the lock: a lease lasts a minute
    stuck.wait("paid", "confirmed")


@contextlib.contextmanager
def slow_sweep(demo, seconds_per_row, most):
    """Makes cleanup take this long per row, and limits a statement to `most` ms."""
    anew = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'konfirmado_app'"
    demo.run("""ALTER FUNCTION kf.work_sweep RENAME TO work_sweep_itself;
        CREATE FUNCTION kf.work_sweep(p_limit int) RETURNS TABLE (holds int, bookings int) LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_sleep(p_limit * %f); RETURN QUERY SELECT * FROM kf.work_sweep_itself(p_limit); END $$;
        ALTER ROLE konfirmado_app SET statement_timeout = '%dms'""" % (seconds_per_row, most))
    demo.run(anew)
    try:
        yield
    finally:
        demo.run("""DROP FUNCTION kf.work_sweep; ALTER FUNCTION kf.work_sweep_itself RENAME TO work_sweep;
            ALTER ROLE konfirmado_app SET statement_timeout = '5s'""")
        demo.run(anew)


@pytest.mark.plain
def test_a_sweep_that_takes_too_long_takes_less(shop, demo, log):
    log.expect(*DOWN)
    demo.advance(700)  # the holds of earlier tests are not in its way
    wait_until(lambda: demo.one("SELECT count(*) FROM kf.claim WHERE state = 'held'") == 0, 20)
    hold = shop.hold(shop.take_slot())
    with slow_sweep(demo, 0.03, 700):
        demo.advance(700)
        wait_until(lambda: demo.one("SELECT state FROM kf.claim WHERE claim_id = '%s'" % hold["id"]) == "ended")
