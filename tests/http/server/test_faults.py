"""Kill, restart, reload under load: nothing lost, nothing twice, nothing wrong."""
import concurrent.futures
import os
import signal
import threading
import time
import uuid

import pytest

from kitclaims import OVERLAPS
from kitdemo import ASAN, MANY, SLOW, wait_until
from kithttp import address, private, raw, wire
from kitlog import DOWN
from kitmoney import UNBALANCED
from kitshop import FREE, PAID, Shop, person


@pytest.fixture(scope="module")
def demo(demos):
    return demos.get("faults")


@pytest.fixture()
def shop(demo):
    return Shop(demo)


def check_invariants(demo):
    for row in demo.sql("SELECT tenant_id FROM kf.tenant"):
        assert demo.one(OVERLAPS % row["tenant_id"]) == 0
    assert demo.one(UNBALANCED) == 0
    assert demo.one("SELECT count(*) FROM (SELECT booking_id, event, version FROM kf.outbox GROUP BY 1, 2, 3"
                    " HAVING count(*) > 1) x") == 0
    assert demo.one("""SELECT count(*) FROM kf.booking b WHERE b.status IN ('paid', 'confirmed')
        AND NOT EXISTS (SELECT FROM kf.outbox o WHERE o.tenant_id = b.tenant_id AND o.booking_id = b.booking_id
                        AND o.event = 'booking.paid')""") == 0


def test_killed_between_commit_and_sending(shop, demo, log):
    """The merchant's endpoint is switched off meanwhile, so the booking is paid and nothing is sent yet."""
    log.expect(*DOWN)
    switch = "UPDATE kf.tenant SET callback_disabled_at = %s WHERE tenant_id = '" + shop.tenant + "'"
    demo.run(switch % "kf.now()")
    booking = shop.book()
    shop.pay(booking)
    booking.wait("paid")
    (message,) = booking.messages()
    assert message["state"] == "due" and message["attempts"] == 0
    demo.httpd_kill9()
    demo.run(switch % "NULL")
    time.sleep(0.3)
    assert shop.inbox() == [] and booking.status() == "paid"
    demo.httpd_start()
    wait_until(shop.inbox, 20)
    booking.wait("confirmed")
    (got,) = shop.inbox()
    assert got["standard_webhooks"] and got["firma_hmac"] and got["status_answered"] == 200
    assert [one["event"] for one in booking.messages()] == ["booking.paid"]


def test_killed_while_sending(shop, demo, log):
    """The merchant received it, but the answer was lost: sent again with the same id, acknowledged once."""
    log.expect(*DOWN)
    shop.merchant(hang=True)
    booking = shop.book(service=FREE["name"])
    wait_until(shop.inbox)
    demo.httpd_kill9()
    shop.merchant(hang=False)
    demo.httpd_start()
    assert booking.status() == "paid"
    demo.advance(120)  # past the lease of the killed sender
    booking.wait("confirmed")
    got = shop.inbox()
    assert len({one["id"] for one in got}) == 1 and len({one["raw"] for one in got}) == 1
    assert [one["status_answered"] for one in got].count(200) == 1
    (message,) = booking.messages()
    assert message["state"] == "done"


def test_killed_between_act_and_answer(shop, demo, log):
    """A repeat with the same key gets the same hold."""
    log.expect(*DOWN)
    body, key = shop.hold_body(shop.take_slot()), {"Idempotency-Key": str(uuid.uuid4())}
    demo.run("BEGIN; LOCK TABLE kf.idempotency IN ACCESS EXCLUSIVE MODE")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        lost = pool.submit(raw, demo.port, wire("POST", "/api/holds", shop.host, body, key))
        wait_until(lambda: demo.one("SELECT count(*) FROM pg_locks WHERE NOT granted"))
        demo.httpd_kill9()
        demo.run("ROLLBACK")
        assert lost.result().status == 0
    demo.httpd_start()
    answers = [shop.client().post("/api/holds", json=body, headers=key) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201] and answers[0].content == answers[1].content
    private(answers[0].json()["token"])
    assert demo.one("SELECT count(*) FROM kf.claim WHERE tenant_id = '%s'" % shop.tenant) == 1


class Load:
    """Customers that read, hold, book and release until told to stop. Every answer is checked."""

    def __init__(self, shop, threads=6):
        self.shop, self.demo = shop, shop.demo
        self.link, self.service = shop.link, shop.service_id(FREE["name"])
        self.starts = [one["start"] for one in shop.slots(FREE["name"], days=30)][::2]
        self.lock = threading.Lock()
        self.wrong, self.counts, self.booked, self.latest = [], {}, [], 0.0
        self.over = False
        self.threads = [threading.Thread(target=self.customer, daemon=True) for _ in range(threads)]

    def __enter__(self):
        for one in self.threads:
            one.start()
        return self

    def __exit__(self, *_):
        self.over = True
        for one in self.threads:
            one.join()

    def ask(self, method, path, body=None, headers=None):
        fields = {"X-Forwarded-For": address(), **(headers or {})}
        try:
            answer = raw(self.demo.port, wire(method, path, self.shop.host, body, fields), timeout=20)
        except OSError as error:
            with self.lock:
                self.wrong.append("%s %s: %s" % (method, path, error))
            return None
        with self.lock:
            self.counts[answer.status] = self.counts.get(answer.status, 0) + 1
            if answer.status in (200, 201):
                self.latest = time.monotonic()
            if not answer.complete():
                self.wrong.append("%s %s: no whole answer: %r" % (method, path, answer.raw[:300]))
            elif answer.status not in (200, 201, 204, 409, 503):
                self.wrong.append("%s %s: %r" % (method, path, answer.raw[:600]))
            elif answer.status == 503 and "retry-after" not in answer.headers:
                self.wrong.append("503 without Retry-After")
        return answer

    def customer(self):
        while not self.over:
            self.read()
            self.book()

    def read(self):
        first = self.starts[-1][:10]
        path = "/api/availability?link=%s&service=%s&from=%s&to=%s" % (self.link, self.service, first, first)
        answer = self.ask("GET", path)
        # The last day is always free, so an empty list would be wrong.
        if answer and answer.status == 200 and not answer.json()["slots"]:
            self.wrong.append("200 with no times")
        answer = self.ask("GET", "/book/" + self.link)
        if answer and answer.status == 200 and self.service.encode() not in answer.body:
            self.wrong.append("200 with an empty page")

    def book(self):
        with self.lock:
            if len(self.starts) < 60:
                return
            start = self.starts.pop(0)
        body = {"link": self.link, "service": self.service, "start": start}
        held = self.ask("POST", "/api/holds", body, {"Idempotency-Key": str(uuid.uuid4())})
        if not held or held.status != 201:
            return
        hold = held.json()
        private(hold["token"])
        body = self.shop.booking_body(hold, person())
        key = {"Idempotency-Key": str(uuid.uuid4())}
        # After a 503 the outcome is unknown: repeating with the same key reveals it.
        for _ in range(40):
            answer = self.ask("POST", "/api/bookings", body, key)
            if answer and answer.status == 201:
                with self.lock:
                    self.booked.append(answer.json()["id"])
                return
            if answer and answer.status == 409 and answer.json()["code"] != "idempotency_key_running":
                return
            time.sleep(0.1)


def check_booked(shop, load):
    """Everything acknowledged exists, and the merchant is notified of each exactly once."""
    demo = shop.demo
    stored = {row["booking_id"] for row in demo.sql("SELECT booking_id FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant)}
    assert set(load.booked) <= stored and len(load.booked) == len(set(load.booked))

    def told():
        return demo.one("SELECT count(*) FROM kf.outbox WHERE tenant_id = '%s' AND state <> 'done'" % shop.tenant) == 0
    demo.advance(90)
    for _ in range(20):
        try:
            wait_until(told, 5)
            break
        except AssertionError:
            demo.advance(60)
    assert told()
    heard = [one["booking_id"] for one in shop.inbox() if one["status_answered"] == 200]
    assert set(heard) == stored
    assert all(one["standard_webhooks"] and one["firma_hmac"] for one in shop.inbox())
    check_invariants(demo)


@pytest.mark.slow
def test_database_killed_again_and_again(shop, demo, log):
    log.expect(*DOWN, r"terminated by signal")
    away = []
    with Load(shop) as load:
        for round_ in range(20 if MANY else 4):
            time.sleep(0.6)
            if round_ % 2:
                demo.pg_kill9()
                assert demo.pg_ctl("start") == 0
            else:
                assert demo.pg_ctl("restart", "-m", ("fast", "immediate")[round_ // 2 % 2]) == 0
            back = time.monotonic()

            def heals(since=back):
                return load.latest > since
            wait_until(heals, 15)
            away.append(load.latest - back)
        time.sleep(1)
    assert not load.wrong, load.wrong[:10]
    assert load.counts.get(201, 0) > 20 // SLOW and load.counts.get(200, 0) > 50 // SLOW, load.counts
    assert max(away) < 10 * SLOW, away
    assert demo.healthy()
    check_booked(shop, load)


def test_while_the_database_is_down(shop, demo, log):
    log.expect(*DOWN)
    path = "/api/availability?link=%s&service=%s" % (shop.link, shop.service_id(PAID["name"]))
    assert demo.pg_ctl("stop", "-m", "fast") == 0
    try:
        for one in (path, "/book/" + shop.link, "/health"):
            start = time.monotonic()
            answer = shop.client().get(one)
            assert answer.status_code == 503 and int(answer.headers["Retry-After"]) >= 1, one
            assert time.monotonic() - start < 4 * SLOW
            for word in ("konfirmado_app", "host=", "SQLSTATE", "/tmp/", "libpq", "PG"):
                assert word not in answer.text
        assert shop.client().get("/assets/css/wizard.css").status_code == 200
        page = shop.client().get("/book/" + shop.link)
        assert "No estamos disponibles por un momento" in page.text
    finally:
        assert demo.pg_ctl("start") == 0
    wait_until(lambda: shop.client().get(path).status_code == 200, 10)


@pytest.mark.slow
def test_graceful_restart_five_times(shop, demo, log):
    """One request per connection: none fails, no child crashes, no job is lost."""
    if ASAN:
        log.expect(*DOWN)  # new children are so slow then that the database timeout expires
    before = set(demo.children())
    with Load(shop) as load:
        for _ in range(5):
            time.sleep(1.2)
            demo.graceful()
        time.sleep(1.5)
    assert not load.wrong, load.wrong[:10]
    assert set(load.counts) <= {200, 201, 204, 409, *([503] if ASAN else [])}, load.counts
    assert load.counts[201] > 20 // SLOW, load.counts
    wait_until(lambda: not before & set(demo.children()), 20)
    check_booked(shop, load)


@pytest.mark.slow
def test_child_killed_under_load(shop, demo, log):
    """A crashing child takes only its own requests with it."""
    log.expect(*DOWN, "AH00052")
    with Load(shop) as load:
        for _ in range(4):
            time.sleep(0.8)
            try:
                os.kill(demo.children()[-1], signal.SIGKILL)
            except ProcessLookupError:
                pass  # it had just ended by itself
        time.sleep(1)
    cut = [one for one in load.wrong if "no whole answer" not in one and "Connection" not in one]
    assert not cut, cut[:5]
    assert load.counts.get(201, 0) > 10 // SLOW
    check_booked(shop, load)


def test_database_connections_run_out(shop, demo, log):
    """More clients than connections, all waiting for one lock: the excess gets 503 within seconds."""
    log.expect(*DOWN, "AH10159")  # every worker waits: httpd says so
    start = shop.take_slot()
    demo.run("BEGIN; LOCK TABLE kf.claim IN ACCESS EXCLUSIVE MODE")
    try:
        with concurrent.futures.ThreadPoolExecutor(48) as pool:
            asked = [pool.submit(raw, demo.port, wire("POST", "/api/holds", shop.host, shop.hold_body(start)),
                                 timeout=8 * SLOW)
                     for _ in range(48)]
            answers = [one.result() for one in asked]
    finally:
        demo.run("ROLLBACK")
    assert {one.status for one in answers} == {503}, {one.status for one in answers}
    assert max(one.seconds for one in answers) < 8 * SLOW
    assert all(int(one.headers["retry-after"]) >= 1 for one in answers)
    # Another slot: a request that timed out may have taken this one after all.
    assert shop.hold()["id"]
