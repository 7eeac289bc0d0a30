"""One business under heavy or expensive load, beside others on the same server."""
import contextlib
import datetime
import re
import socket
import threading
import time

import pytest

from kitdemo import Psql, wait_until
from kitfiles import Owner
from kithttp import Client, address
from kitshop import FREE, Shop, seed

PLACES = 4
CROWD = 44     # threads that request the attacked business
SPANS = 28     # per day: seven times the useful number, as in the attack
MANY = 150     # professionals


def few_places(*more):
    def directives(demo):
        demo.directives[:] = [one for one in demo.directives if "KonfirmadoDB" not in one]
        return ["KonfirmadoDBConnections %d" % PLACES, "KonfirmadoDBWait 1s", "KonfirmadoRateLimit read off",
                "KonfirmadoRateLimit hold off", *more]
    return directives


@pytest.fixture(scope="module")
def demo(demos):
    return demos.get("neighbours", few_places("KonfirmadoDBBudget 0s"))  # the share alone


@contextlib.contextmanager
def locked(shop):
    """Locks the rows of a business: its holds wait, each with a connection."""
    demo = shop.demo
    other = Psql(demo.as_postgres([demo.pg_tool("psql"), "-X", "-q", "-At", "-h", demo.socket, "-U", "postgres",
                                   "-d", "konfirmado"]))
    try:
        other.run("BEGIN; SELECT count(*) FROM (SELECT FROM kf.professional WHERE tenant_id = '%s' FOR UPDATE) x" % shop.tenant)
        yield
        other.run("ROLLBACK")
    finally:
        other.close()


class Crowd:
    """Threads that repeat a call. Every answer is kept."""

    def __init__(self, act, threads):
        self.act, self.answers, self.over = act, [], False
        self.threads = [threading.Thread(target=self.go_on, args=(n,), daemon=True) for n in range(threads)]

    def __enter__(self):
        for one in self.threads:
            one.start()
        return self

    def __exit__(self, *_):
        self.over = True
        for one in self.threads:
            one.join()

    def go_on(self, n):
        while not self.over:
            answer = self.act(n)
            self.answers.append((answer.status_code, answer.headers.get("Retry-After"), answer.text[:300]))


def look(shop, service=FREE["name"]):
    """Requests free slots over a new connection, from any process."""
    return shop.client(Connection="close").get("/api/availability", params={
        "link": shop.link, "service": shop.service_id(service)})


def stuck(demo):
    return demo.one("SELECT count(*) FROM pg_stat_activity WHERE usename = 'konfirmado_app' AND wait_event_type = 'Lock'")


def turned_away(answers):
    return [one for one in list(answers) if "business_busy" in one[2]]


def beside_a_flood(demo, seen_enough):
    """The statuses of a quiet business while another one uses all connections it can get, and that one's statuses."""
    flooded, quiet = Shop(demo, services=(FREE,)), Shop(demo, services=(FREE,))
    body = flooded.hold_body(flooded.take_slot(FREE["name"]), FREE["name"], "Uno")
    for _ in range(20):  # both processes know that there are other businesses
        assert look(quiet).status_code == 200
    statuses = []
    with locked(flooded), Crowd(lambda n: flooded.client(Connection="close").post("/api/holds", json=body), CROWD) as crowd:
        wait_until(lambda: stuck(demo) >= PLACES)
        until = time.monotonic() + 30
        while time.monotonic() < until and not seen_enough(statuses, crowd.answers):
            statuses.append(look(quiet).status_code)
    return statuses, crowd.answers


def test_a_flood_of_one_business_leaves_connections_to_others(demo, log):
    log.expect("KF00212")  # connections that are not free in time
    statuses, flood = beside_a_flood(demo, lambda mine, theirs: len(mine) >= 12 and turned_away(theirs))
    assert set(statuses) == {200}, statuses
    assert turned_away(flood) and all(status == 503 and int(wait) > 0 for status, wait, _ in turned_away(flood)), flood[:5]


@pytest.mark.plain
def test_without_the_guard_a_flood_takes_them_all(demos, log):
    log.expect("KF00212", "KF00401")  # background work gets no connection either
    demo = demos.get("unguarded", few_places("KonfirmadoDBShare 100", "KonfirmadoDBBudget 0s"))
    statuses, flood = beside_a_flood(demo, lambda mine, theirs: 503 in mine)
    assert 503 in statuses, statuses
    assert not turned_away(flood)


BOOKED = 40000  # more than the socket buffers hold


def test_a_slow_reader_of_an_export_costs_its_business_nothing(demos):
    """A client that reads a file slowly keeps a database connection, but this does not count in the business's
    budget."""
    demo = demos.get("slow", few_places("KonfirmadoDBBudget 300ms"))
    shop, quiet = (Shop(demo, services=(dict(FREE, name="Limpieza"),), payments=False) for _ in range(2))
    seed(shop, 1, BOOKED)
    with socket.create_connection(("127.0.0.1", demo.port), 10) as link:
        link.sendall(("GET /api/export/bookings.csv HTTP/1.1\r\nHost: %s\r\nCookie: kf_session=%s\r\nX-Forwarded-For: %s\r\n\r\n"
                      % (shop.host, Owner(shop).token, address())).encode())
        assert b" 200 " in link.recv(4096).split(b"\r\n")[0]
        until = time.monotonic() + 2  # more than six times the budget
        while time.monotonic() < until:
            assert look(quiet, "Limpieza").status_code == 200  # there are other businesses
            assert look(shop, "Limpieza").status_code == 200
        assert demo.one("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'") >= 1


# -- many professionals with many spans --

def clinic(demo, professionals=MANY, spans=SPANS):
    """A business that no form permits any more, written directly into the tables."""
    shop = Shop(demo, services=(FREE,), professionals=("Uno",), payments=False)
    demo.run("""
        SET session_replication_role = replica;
        INSERT INTO kf.professional (tenant_id, professional_id, name, time_zone, created_at)
        SELECT p.tenant_id, gen_random_uuid(), 'Otro ' || i, p.time_zone, p.created_at
        FROM kf.professional p, generate_series(2, %(n)d) i WHERE p.tenant_id = '%(t)s';
        INSERT INTO kf.professional_service (tenant_id, professional_id, service_id)
        SELECT p.tenant_id, p.professional_id, s.service_id
        FROM kf.professional p JOIN kf.service s USING (tenant_id) WHERE p.tenant_id = '%(t)s' ON CONFLICT DO NOTHING;
        DELETE FROM kf.working_hours WHERE tenant_id = '%(t)s';
        INSERT INTO kf.working_hours (tenant_id, professional_id, weekday, kind, starts, ends)
        SELECT p.tenant_id, p.professional_id, d, 'work', time '00:00' + i * interval '50 min', time '00:40' + i * interval '50 min'
        FROM kf.professional p, generate_series(1, 7) d, generate_series(0, %(s)d - 1) i WHERE p.tenant_id = '%(t)s';
        RESET session_replication_role;
        UPDATE kf.tenant SET catalog_version = catalog_version + 1 WHERE tenant_id = '%(t)s'"""
             % {"t": shop.tenant, "n": professionals, "s": spans})
    return shop


def ask(shop, first, days, zone="UTC", **more):
    answer = shop.client().get("/api/availability", params=dict({
        "link": shop.link, "service": shop.service_id(FREE["name"]), "from": first.isoformat(),
        "to": (first + datetime.timedelta(days=days - 1)).isoformat(), "timezone": zone}, **more))
    assert answer.status_code == 200, answer.text
    return answer.json()


def tomorrow(demo):
    return demo.now().date() + datetime.timedelta(days=1)


def test_many_professionals_are_answered_for_in_parts(demo):
    """Professionals times days are limited. Paging returns everything, the same as for a single professional."""
    shop = clinic(demo, spans=4)
    first, last = tomorrow(demo), tomorrow(demo) + datetime.timedelta(days=29)
    starts, rounds, day = [], 0, first
    while day:
        part = ask(shop, day, (last - day).days + 1)
        assert len(part["slots"]) and (part["next"] is None or part["next"] > day.isoformat())
        until = part["next"] or (last + datetime.timedelta(days=1)).isoformat()
        assert all(day.isoformat() <= one["start"][:10] < until for one in part["slots"])
        starts += [one["start"] for one in part["slots"]]
        day = part["next"] and datetime.date.fromisoformat(part["next"])
        rounds += 1
    assert rounds == 4  # nine days of 150 each
    alone = ask(shop, first, 30, professional=shop.professional_id("Uno"))
    assert alone["next"] is None and starts == [one["start"] for one in alone["slots"]]


def test_few_professionals_are_answered_for_at_once(demo):
    shop = Shop(demo, services=(FREE,), payments=False)
    assert ask(shop, tomorrow(demo), 62)["next"] is None


def test_the_page_of_many_professionals_asks_on(demo):
    """Its strip has fewer days, and the next one begins at its end."""
    shop = clinic(demo, spans=4)
    page = Client(shop.url).get("/book/%s/availability" % shop.link, params={"service": shop.service_id(FREE["name"])})
    assert page.status_code == 200, page.text
    days = sorted(set(re.findall(r"day=(\d{4}-\d\d-\d\d)", page.text)))
    assert len(days) == 9, days
    follow = re.findall(r'from=(\d{4}-\d\d-\d\d)"', page.text)
    after = (datetime.date.fromisoformat(days[-1]) + datetime.timedelta(days=1)).isoformat()
    assert after in follow, (days, follow)


def computed(demo):
    """How often slot windows of a professional were computed, after the counters were written."""
    last = None
    while True:
        demo.run("SELECT pg_stat_clear_snapshot()")
        now = demo.one("SELECT coalesce(sum(calls), 0)::int FROM pg_stat_user_functions WHERE funcname = 'windows'")
        if now == last:
            return now
        last = now
        time.sleep(1.2)  # a session reports at most once a second


@pytest.mark.plain
def test_windows_are_computed_once(demo):
    """Whatever days, zones and professionals are requested: each part of a professional's time is computed once."""
    shop = clinic(demo, professionals=10, spans=4)
    demo.run("ALTER ROLE konfirmado_app SET track_functions = 'all'")
    demo.graceful()
    monday = tomorrow(demo) + datetime.timedelta(days=8)
    monday -= datetime.timedelta(days=monday.weekday())
    before = computed(demo)
    for zone in ("UTC", "America/Bogota", "Asia/Kolkata", "America/St_Johns", "Pacific/Chatham"):
        for later in range(8):
            ask(shop, monday + datetime.timedelta(days=later), 14, zone)
            ask(shop, monday + datetime.timedelta(days=later), 10, zone, professional=shop.professional_id("Uno"))
    after = computed(demo)
    demo.run("ALTER ROLE konfirmado_app RESET track_functions")
    # 22 days and the zones' hours touch at most five weekly parts, in each of two processes
    assert after - before <= 2 * 5 * 10, (before, after)


def test_a_changed_week_is_seen_at_once(demo):
    shop = Shop(demo, services=(FREE,), payments=False)
    day = tomorrow(demo) + datetime.timedelta(days=3)
    assert ask(shop, day, 1)["slots"]
    demo.run("INSERT INTO kf.closed_day (tenant_id, day) SELECT '%s', d::date FROM generate_series(date '%s' - 1, date '%s' + 1,"
             " interval '1 day') d" % (shop.tenant, day, day))
    for _ in range(6):  # both processes
        assert not ask(shop, day, 1)["slots"]
