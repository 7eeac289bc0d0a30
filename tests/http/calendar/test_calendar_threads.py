"""Google hangs, and many customers want slots of professionals with calendars there: other requests do not wait."""
import concurrent.futures
import socket
import statistics
import threading
import time

import pytest

from kitcalendar import Calendar, directives
from kitdemo import SLOW, instant, wait_until
from kithttp import address, raw, wire
from kitshop import FREE, Shop

pytestmark = pytest.mark.plain  # the waits of threads are timed

HOLDS = 100
NAMES = ["Laura%d" % n for n in range(10)]


class Proxy:
    """Where the environment would have us go: nobody may come."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.came = 0
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                link, _ = self.socket.accept()
            except OSError:
                return
            self.came += 1
            link.close()

    def variables(self):
        url = "http://127.0.0.1:%d" % self.socket.getsockname()[1]
        return {name: url for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")}


@pytest.fixture(scope="module")
def proxy():
    one = Proxy()
    yield one
    one.socket.close()


@pytest.fixture(scope="module")
def office(demos, proxy, tmp_path_factory):
    demo = demos.get("calendar-threads", directives(str(tmp_path_factory.mktemp("google")), push=False, ttl="1h", poll="1h"))
    plain = demo.httpd_env
    demo.httpd_env = lambda: {**plain(), **proxy.variables()}
    demo.httpd_kill9()
    demo.httpd_start()
    return demo


class Probe:
    """Requests a page and the health every 100 ms. Returns the durations."""

    def __init__(self, demo, shop):
        self.demo, self.shop = demo, shop
        self.path = "/book/%s/availability?service=%s" % (shop.link, shop.service_id(FREE["name"]))
        self.took, self.wrong, self.over = [], [], False
        self.threads = [threading.Thread(target=self.look, args=one) for one in ((shop.host, self.path), (shop.host, "/health"))]

    def look(self, host, path):
        while not self.over:
            answer = raw(self.demo.port, wire("GET", path, host, None, {"X-Forwarded-For": address()}), timeout=20)
            self.took.append(answer.seconds)
            if answer.status != 200:
                self.wrong.append("%s: %d" % (path, answer.status))
            time.sleep(0.1)

    def __enter__(self):
        for one in self.threads:
            one.start()
        return self

    def __exit__(self, *_):
        self.over = True
        for one in self.threads:
            one.join()


@pytest.mark.slow
@pytest.mark.parametrize("kind,more", [("slow", {"seconds": 30}), ("drip", {}), ("hang", {})], ids=("slow", "drip", "hang"))
def test_others_do_not_wait(office, proxy, log, kind, more):
    log.expect("KF00483", "AH10159", "AH00484")
    shop = Shop(office, professionals=NAMES, callback=False, payments=False, services=(FREE,))
    plain = Shop(office, callback=False, payments=False, services=(FREE,))
    google = [Calendar(shop, name) for name in NAMES]
    for one in google:
        one.wait_read()
    free = {one.name: [slot["start"] for slot in shop.slots(FREE["name"], one.name) if instant(slot["start"]).minute == 0]
            for one in google}
    bodies = [shop.hold_body(free[name].pop(0), FREE["name"], name) for name in NAMES * (HOLDS // len(NAMES))]
    google[0].google.fault(kind, method="freebusy.query", **more)
    try:
        with Probe(office, plain) as probe, concurrent.futures.ThreadPoolExecutor(HOLDS) as pool:
            time.sleep(0.5)
            asked = [pool.submit(raw, office.port, wire("POST", "/api/holds", shop.host, body, {"X-Forwarded-For": address()}),
                                 20) for body in bodies]
            answers = [one.result() for one in asked]
            time.sleep(0.5)
    finally:
        google[0].google.clear_faults()
    assert not probe.wrong and len(probe.took) > 20
    assert max(probe.took) < 2 * SLOW, sorted(probe.took)[-5:]
    assert {one.status for one in answers} == {503}
    assert {one.json()["code"] for one in answers} == {"calendar_unavailable"}
    assert all(int(one.headers["retry-after"]) >= 1 for one in answers)
    slowest = max(one.seconds for one in answers)
    print("%s: probes %d, slowest %.0f ms; holds: median %.2f s, slowest %.2f s" % (
        kind, len(probe.took), 1e3 * max(probe.took), statistics.median(one.seconds for one in answers), slowest))
    # some did wait for Google, none longer than allowed
    assert 2.5 < slowest < 8 * SLOW
    office.advance(120)
    wait_until(lambda: shop.slots(FREE["name"], NAMES[0]), 15)
    shop.hold(free[NAMES[0]].pop(0), FREE["name"], NAMES[0])
    assert proxy.came == 0
